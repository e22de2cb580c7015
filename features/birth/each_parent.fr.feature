# language: fr
Fonctionnalité: Ce que chaque parent peut avoir
  Le congé de maternité, la prime à la naissance, l’aide à ceux qui s’arrêtent, et ce qui est dû quand un enfant meurt.
  Code du travail, art. L1225-17, L1225-47 et L3142-1-1 ; code de la sécurité sociale, art. L523-1, L531-2, L531-4 et L545-1. Toutes les
  personnes sont inventées.

  Plan du scénario: Le congé de maternité dure plus longtemps pour plusieurs enfants, ou à partir du troisième
    Étant donné l’exemple "<exemple>" de l’évènement "birth"
    Et dans l’évènement, "older_children" vaut <déjà là>
    Quand l’évènement est publié le 2026-06-10
    Alors le fait "maternity_weeks" est <semaines>
    Et la démarche "maternity_leave" (parent 1) peut se faire du <né le> au <fin>
    Et on peut contester "maternity_leave" (parent 1) par "labour_court"

    Exemples:
      | exemple   | déjà là | semaines | né le      | fin        |
      | one_child | 0       | 10       | 2026-03-02 | 2026-05-11 |
      | one_child | 1       | 10       | 2026-03-02 | 2026-05-11 |
      | one_child | 2       | 18       | 2026-03-02 | 2026-07-06 |
      | twins     | 0       | 22       | 2026-03-29 | 2026-08-30 |
      | triplets  | 0       | 22       | 2026-05-09 | 2026-10-10 |

  Scénario: Seul le parent qui a accouché a un congé de maternité
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Alors la démarche "maternity_leave" (parent 1) est à faire
    Et la démarche "maternity_leave" (parent 2) est sans objet
    Quand nous sommes le 2026-05-16
    Alors la démarche "maternity_leave" (parent 1) est perdue

  Plan du scénario: Tout est demandé à temps
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Et le service "caf" annonce "birth_grant_paid" le <prime> avec
      | person     | child | paid_on |
      | "p-claire" | 1     | <prime> |
    Et le service "employer" annonce "leave_taken" le <congé> avec
      | person     | leave       | ended_on |
      | "p-claire" | "maternity" | <congé>  |
    Et on déclare avoir fait "shared_parental_benefit" (parent 1) le <congé>
    Et le service "employer" annonce "leave_taken" le <plus tard> avec
      | person    | leave      | ended_on     |
      | "p-karim" | "parental" | <plus tard>  |
    Alors la loi est celle du <loi>
    Et la démarche "birth_grant" (child 1) est faite
    Et la démarche "maternity_leave" (parent 1) est faite
    Et la démarche "shared_parental_benefit" (parent 1) est faite
    Et la démarche "parental_leave" (parent 2) est faite
    Et la démarche "parental_leave" (parent 1) est à faire

    Exemples:
      | né le      | prime      | congé      | plus tard  | loi        |
      | 2019-05-14 | 2019-06-28 | 2019-07-22 | 2020-01-31 | 2016-11-20 |
      | 2026-03-06 | 2026-03-20 | 2026-05-15 | 2027-01-29 | 2021-07-01 |

  Plan du scénario: L’âge auquel l’aide à s’arrêter est perdue
    Étant donné une naissance le <né le> à Lyon (69123)
    Et dans l’évènement, "older_children" vaut <déjà là>
    Quand l’évènement est publié le <né le>
    Alors la démarche "shared_parental_benefit" (parent 1) est à faire au plus tard le <jusqu’au>
    Et la démarche "birth_grant" (child 1) est à faire au plus tard le <prime>
    Et on peut contester "birth_grant" (child 1) par "prior_appeal"
    Quand nous sommes le <après>
    Alors la démarche "shared_parental_benefit" (parent 1) est perdue

    Exemples:
      | né le      | déjà là | jusqu’au   | prime      | après      |
      | 2019-05-14 | 0       | 2020-05-14 | 2021-05-14 | 2020-05-15 |
      | 2026-03-06 | 0       | 2027-03-06 | 2028-03-06 | 2027-03-07 |
      | 2026-03-06 | 1       | 2029-03-06 | 2028-03-06 | 2029-03-07 |

  Scénario: Deux ans pour la prime à la naissance, trois pour le congé parental
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et nous sommes le 2028-03-07
    Alors la démarche "birth_grant" (child 1) est perdue
    Et la démarche "parental_leave" (parent 1) est à faire
    Quand nous sommes le 2029-03-07
    Alors la démarche "parental_leave" (parent 1) est perdue
    Et la démarche "single_parent_support" est sans objet

  Scénario: Des ressources au-dessus du plafond : pas de prime à la naissance
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-wealthy"
    Quand l’évènement est publié le 2026-03-06
    Alors la démarche "birth_grant" (child 1) est sans objet
    Et la démarche "shared_parental_benefit" (parent 1) est à faire

  Plan du scénario: Un parent seul
    Étant donné l’exemple "remote_commune" de l’évènement "birth"
    Et dans l’évènement, "born_on" vaut <né le>
    Et dans l’évènement, "due_on" vaut <né le>
    Et dans l’évènement, "children[0].born_on" vaut <né le>
    Quand l’évènement est publié le <né le>
    Alors la démarche "single_parent_support" est à faire
    Et on peut contester "single_parent_support" par "prior_appeal"
    Quand on déclare avoir fait "single_parent_support" le <demandé>
    Alors la démarche "single_parent_support" est faite

    Exemples:
      | né le      | demandé    |
      | 2019-06-03 | 2019-06-20 |
      | 2026-06-02 | 2026-06-22 |

  Plan du scénario: L’aide à la garde, jusqu’à six ans, ou douze pour un parent seul
    Étant donné l’exemple "<exemple>" de l’évènement "birth"
    Et dans l’évènement, "born_on" vaut <né le>
    Et dans l’évènement, "due_on" vaut <né le>
    Et dans l’évènement, "children[0].born_on" vaut <né le>
    Quand l’évènement est publié le <né le>
    Alors la démarche "childcare_help" (child 1) est à faire au plus tard le <jusqu’au>
    Et on peut contester "childcare_help" (child 1) par "prior_appeal"
    Quand on déclare avoir fait "childcare_help" (child 1) le <demandée>
    Alors la démarche "childcare_help" (child 1) est faite

    Exemples:
      | exemple        | né le      | jusqu’au   | demandée   |
      | one_child      | 2019-06-03 | 2025-06-03 | 2019-09-02 |
      | one_child      | 2026-03-02 | 2032-03-02 | 2026-06-01 |
      | remote_commune | 2019-06-03 | 2031-06-03 | 2019-09-02 |
      | remote_commune | 2026-06-02 | 2038-06-02 | 2026-09-01 |

  Plan du scénario: Pas d’aide à la garde après l’âge limite
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Et nous sommes le <après>
    Alors la démarche "childcare_help" (child 1) est perdue

    Exemples:
      | né le      | après      | loi        |
      | 2019-06-03 | 2025-06-04 | 2016-11-20 |
      | 2026-03-06 | 2032-03-07 | 2021-07-01 |

  Scénario: Un parent sans emploi salarié : la CPAM peut quand même payer
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Et dans l’évènement, "parents[1].id" vaut "p-jobless"
    Quand l’évènement est publié le 2026-03-06
    Alors la démarche "leave_without_employment" (parent 2) est à faire
    Et la démarche "leave_without_employment" (parent 1) est sans objet
    Et on peut contester "leave_without_employment" (parent 2) par "prior_appeal"
    Quand on déclare avoir fait "leave_without_employment" (parent 2) le 2026-03-16
    Alors la démarche "leave_without_employment" (parent 2) est faite

  Plan du scénario: Un enfant mort : les congés de la loi de ce jour, et une allocation, sans un mot envoyé
    Étant donné une naissance le <né le> à Lyon (69123)
    Et dans l’évènement, "children[0].outcome" vaut "died"
    Quand l’évènement est publié le <né le>
    Alors la valeur "bereavement_days" est <jours>
    Et la démarche "bereavement_leave" (parent 1) peut se faire du <né le> au <jusqu’au>
    Et on peut contester "bereavement_leave" (parent 1) par "labour_court"
    Et personne n’est prévenu de "bereavement_leave" (parent 1)
    Et la démarche "bereavement_allowance" (child 1) est à faire
    Et personne n’est prévenu de "bereavement_allowance" (child 1)
    Et la démarche "parental_leave" (parent 1) est sans objet
    Quand on déclare avoir fait "bereavement_leave" (parent 1) le <plus tard>
    Et on déclare avoir fait "bereavement_allowance" (child 1) le <plus tard>
    Alors la démarche "bereavement_leave" (parent 1) est faite
    Et la démarche "bereavement_allowance" (child 1) est faite
    Quand nous sommes le <après>
    Alors la démarche "bereavement_leave" (parent 2) est perdue

    Exemples:
      | né le      | jours | jusqu’au   | plus tard  | après      |
      | 2023-07-20 | 7     | 2024-07-20 | 2023-08-21 | 2024-07-21 |
      | 2026-03-06 | 14    | 2027-03-06 | 2026-04-07 | 2027-03-07 |
