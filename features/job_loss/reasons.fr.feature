# language: fr
Fonctionnalité: Chaque motif de départ a ses droits
  Licenciement, rupture conventionnelle, fin de contrat, démission : ce que chacun ouvre, et ce qu’il ferme.
  Code du travail, art. L1233-65 et L5422-1 ; règlement d’assurance chômage, art. 3. Toutes les personnes sont inventées.

  Plan du scénario: Ce qu’ouvre chaque motif
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "reason" vaut "<motif>"
    Et dans l’évènement, "agreement_signed_on" vaut 2026-01-05
    Quand l’évènement est publié le 2026-02-27
    Alors la démarche "contest_dismissal" est <contester>
    Et la démarche "withdraw_agreement" est <se rétracter>
    Et la démarche "accept_csp" est sans objet
    Et la démarche "unemployment_benefit" est <allocation>

    Exemples:
      | motif              | contester  | se rétracter | allocation |
      | personal_dismissal | à faire    | sans objet   | en attente |
      | economic_dismissal | à faire    | sans objet   | en attente |
      | agreed_termination | sans objet | perdue       | en attente |
      | fixed_term_end     | sans objet | sans objet   | en attente |

  Plan du scénario: Une démission n’ouvre l’allocation que pour un motif reconnu
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "reason" vaut "resignation"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Quand l’évènement est publié le <fin>
    Alors la question "legitimate_resignation" est posée
    Et la démarche "unemployment_benefit" est en attente
    Et la démarche "keep_health_cover" est en attente
    Quand on répond <réponse> à la question "legitimate_resignation" le <jour>
    Alors la démarche "unemployment_benefit" est <état>

    Exemples:
      | fin        | jour       | réponse | état       |
      | 2026-02-27 | 2026-02-28 | vrai    | en attente |
      | 2026-02-27 | 2026-02-28 | faux    | sans objet |
      | 2024-06-28 | 2024-06-29 | vrai    | en attente |
      | 2024-06-28 | 2024-06-29 | faux    | sans objet |

  Plan du scénario: Une démission sans motif reconnu est revue après 121 jours
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "reason" vaut "resignation"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Quand l’évènement est publié le <fin>
    Et on répond faux à la question "legitimate_resignation" le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit le> avec
      | registered_on |
      | <inscrit le>  |
    Et nous sommes le <trop tôt>
    Alors la démarche "review_resignation" est en attente
    Quand nous sommes le <possible>
    Alors la démarche "review_resignation" est à faire
    Quand on déclare avoir fait "review_resignation" le <possible>
    Alors la démarche "review_resignation" est faite

    Exemples:
      | fin        | inscrit le | trop tôt   | possible   | loi        |
      | 2024-06-28 | 2024-07-01 | 2024-10-26 | 2024-10-27 | 2023-02-01 |
      | 2026-02-27 | 2026-03-02 | 2026-06-27 | 2026-06-28 | 2025-04-01 |

  Plan du scénario: Licenciement économique : accepter le CSP avant la fin des 21 jours
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "csp_offered_on" vaut <proposé>
    Quand l’évènement est publié le <proposé>
    Et le service "employer" annonce "csp_accepted" le <accepté> avec
      | accepted_on |
      | <accepté>   |
    Alors la loi est celle du <loi>
    Et la démarche "accept_csp" est faite
    Et la démarche "unemployment_benefit" est sans objet

    Exemples:
      | fin        | procédure  | proposé    | accepté    | loi        |
      | 2025-05-31 | 2025-03-20 | 2025-03-20 | 2025-04-10 | 2023-02-01 |
      | 2026-02-27 | 2026-01-05 | 2026-01-19 | 2026-02-09 | 2025-04-01 |

  Plan du scénario: Les jours ou les heures : ce qui est atteint en premier suffit
    Étant donné l’exemple "work_unknown" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Quand l’évènement est publié le <fin>
    Et on répond <jours> à la question "affiliation_days" le <fin>
    Et on répond <heures> à la question "affiliation_hours" le <fin>
    Et on répond <saisonnier> à la question "seasonal_only" le <fin>
    Alors le fait "affiliation_hours_needed" est <il faut>
    Et le fait "worked_enough" est <assez>
    Et la démarche "unemployment_benefit" est <état>

    Exemples:
      | fin        | jours | heures | saisonnier | il faut | assez | état       |
      | 2026-03-31 | 100   | 910    | faux       | 910     | vrai  | en attente |
      | 2026-03-31 | 100   | 909    | faux       | 910     | faux  | sans objet |
      | 2026-03-31 | 100   | 758    | vrai       | 758     | vrai  | en attente |
      | 2025-03-31 | 100   | 758    | vrai       | 910     | faux  | sans objet |
      | 2025-03-31 | 130   | 600    | vrai       | 910     | vrai  | en attente |

  Scénario: Travailler en Savoie, vivre à Cayenne : la CAF du domicile décide, avec ses jours fériés
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut 2026-04-09
    Et dans l’évènement, "workers[0].id" vaut "p-poor"
    Et l’opération "caf.open_income_support" refuse avec "too_young"
    Quand l’évènement est publié le 2026-04-09
    Et on déclare avoir fait "claim_income_support" le 2026-04-10
    Alors la démarche "income_support" est refusée
    Et on doit d’abord contester "income_support" par "prior_appeal" au plus tard le 2026-06-11
    Quand l’évènement est corrigé le 2026-04-14 avec
      | workers[0].home_commune | "73257" |
    Alors on doit d’abord contester "income_support" par "prior_appeal" au plus tard le 2026-06-10
