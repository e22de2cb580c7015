# language: fr
Fonctionnalité: De part et d’autre du 1er avril 2025
  Il faut deux dates pour changer de règles : la fin du contrat et le début du licenciement.
  Convention d’assurance chômage du 15 novembre 2024. Toutes les personnes sont inventées.

  Plan du scénario: La fin du contrat et le début du licenciement décident ensemble
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <début>
    Quand l’évènement est publié le <fin>
    Alors la loi est celle du <loi>
    Et la valeur "first_age_band" est <âge>
    Et le fait "paid_days_at_most" est <jours>

    Exemples:
      | fin        | début      | loi        | âge | jours |
      | 2025-03-31 | 2025-01-15 | 2023-02-01 | 53  | 685   |
      | 2025-04-01 | 2025-03-31 | 2023-02-01 | 53  | 685   |
      | 2025-05-31 | 2025-03-20 | 2023-02-01 | 53  | 685   |
      | 2025-04-01 | 2025-04-01 | 2025-04-01 | 55  | 548   |
      | 2025-05-31 | 2025-04-02 | 2025-04-01 | 55  | 548   |

  Plan du scénario: L’âge se compte à la fin du contrat
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].born_on" vaut <né le>
    Quand l’évènement est publié le 2026-02-27
    Alors le fait "paid_days_at_most" est <jours>

    Exemples:
      | né le      | jours |
      | 1971-02-28 | 548   |
      | 1971-02-27 | 685   |
      | 1969-02-28 | 685   |
      | 1969-02-27 | 822   |

  Scénario: Sans licenciement, la fin du contrat décide seule
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut 2025-04-01
    Quand l’évènement est publié le 2025-04-01
    Alors la loi est celle du 2025-04-01
    Et la question "dismissal_started_on" n’est pas posée
    Et le fait "affiliation_needed" est 108

  Scénario: Convoqué en mars à un entretien préalable du 2 avril : la loi est provisoire, et le jour de l’entretien la décide
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-no-certificate"
    Et dans l’évènement, "dismissal_started_on" n’est pas dit
    Quand l’évènement est publié le 2025-05-31
    Et nous sommes le 2025-06-01
    Alors la question "dismissal_started_on" est posée
    Et la loi est provisoire
    Quand on répond 2025-04-02 à la question "dismissal_started_on" le 2025-06-02
    Alors la loi est celle du 2025-04-01

  Scénario: Avant le 1er avril 2025, la fin du contrat suffit
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut 2025-03-31
    Et dans l’évènement, "dismissal_started_on" vaut 2025-02-10
    Quand l’évènement est publié le 2025-03-31
    Alors la loi est celle du 2023-02-01
    Et la question "dismissal_started_on" n’est pas posée

  Scénario: La correction de la fin du contrat change de loi
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut 2025-03-31
    Quand l’évènement est publié le 2025-03-31
    Et nous sommes le 2025-04-01
    Alors la loi est celle du 2023-02-01
    Et le fait "affiliation_needed" est 130
    Et la démarche "unemployment_benefit" est sans objet
    Et la démarche "register" est à faire au plus tard le 2026-03-31
    Quand l’évènement est corrigé le 2025-04-03 avec
      | contract_ends_on | 2025-04-01 |
    Alors le reçu dit "corrected"
    Et la loi est celle du 2025-04-01
    Et le fait "affiliation_needed" est 108
    Et la démarche "unemployment_benefit" est en attente
    Et la démarche "register" est à faire au plus tard le 2026-04-01

  Plan du scénario: Les mois de 30 jours, pour tous ceux qui sont encore payés
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "<personne>"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit le> avec
      | registered_on |
      | <inscrit le>  |
    Et nous sommes le <ensuite>
    Alors la loi est celle du 2023-02-01
    Et la démarche "thirty_day_months" est <état>

    Exemples:
      | personne  | fin        | inscrit le | ensuite    | état       |
      | p-running | 2024-06-20 | 2024-06-24 | 2024-06-25 | faite      |
      | p-ended   | 2023-05-20 | 2023-05-25 | 2023-05-26 | sans objet |
