# language: fr
Fonctionnalité: Une année sans emploi
  S’inscrire, s’actualiser, dire ce qui change, contester à temps. Toutes les personnes sont inventées.
  Code du travail, art. L1471-1, L5411-2 et R5411-7 ; code de la sécurité sociale, art. L911-8.

  Plan du scénario: Une année où tout se fait dans les temps
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "dismissal_notified_on" vaut <lettre>
    Quand l’évènement est publié le <fin>
    Et le service "employer" annonce "final_documents_given" le <fin> avec
      | given_on |
      | <fin>    |
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Et le service "insurer" annonce "cover_continued" le <mutuelle> avec
      | until      |
      | <mutuelle> |
    Et le service "france_travail" annonce "monthly_update_received" le <actualisé> avec
      | month    | received_on |
      | "<mois>" | <actualisé> |
    Et le service "prud_hommes" annonce "claim_filed" le <prud’hommes> avec
      | filed_on      |
      | <prud’hommes> |
    Alors la loi est celle du <loi>
    Et la démarche "employer_documents" est faite
    Et la démarche "register" est faite
    Et la démarche "unemployment_benefit" est faite
    Et la démarche "keep_health_cover" est faite
    Et la démarche "monthly_update" est faite
    Et la démarche "contest_dismissal" est faite
    Et la démarche "thirty_day_months" est <trente jours>

    Exemples:
      | fin        | procédure  | lettre     | inscrit    | mutuelle   | mois    | actualisé  | prud’hommes | loi        | trente jours |
      | 2026-02-27 | 2025-11-17 | 2025-11-27 | 2026-03-02 | 2026-03-12 | 2026-03 | 2026-04-02 | 2026-11-20  | 2025-04-01 | faite        |
      | 2023-06-30 | 2023-04-17 | 2023-04-28 | 2023-07-03 | 2023-07-12 | 2023-07 | 2023-08-02 | 2024-04-26  | 2023-02-01 | en attente   |

  Plan du scénario: Une année où l’on laisse passer les dates
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "dismissal_notified_on" vaut <lettre>
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Et nous sommes le <un mois après>
    Alors la démarche "employer_documents" est en retard
    Et on peut contester "employer_documents" par "labour_court"
    Et la démarche "monthly_update" est en retard
    Et on peut contester "monthly_update" par "mediation"
    Et la démarche "monthly_update" cite "Code du travail, art. L5411-2"
    Quand nous sommes le <un an après>
    Alors la démarche "contest_dismissal" est perdue

    Exemples:
      | fin        | procédure  | lettre     | inscrit    | un mois après | un an après |
      | 2026-02-27 | 2025-11-17 | 2025-11-27 | 2026-03-02 | 2026-04-16    | 2026-11-28  |
      | 2023-06-30 | 2023-04-17 | 2023-04-28 | 2023-07-03 | 2023-08-16    | 2024-04-30  |

  Plan du scénario: Un changement déclaré à temps, un autre trop tard : 72 heures jusqu’en 2024, la prochaine actualisation depuis
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "changes[0].happened_on" vaut <survenu>
    Quand l’évènement est publié le <survenu>
    Alors la démarche "<démarche>" (change 1) est à faire au plus tard le <jusqu’au>
    Quand nous sommes le <déclaré>
    Alors la démarche "<démarche>" (change 1) est <état>
    Quand le service "france_travail" annonce "change_declared" le <déclaré> avec
      | kind      | received_on |
      | "new_job" | <déclaré>   |
    Alors la démarche "<démarche>" (change 1) est faite

    Exemples:
      | démarche                | fin        | survenu    | jusqu’au   | déclaré    | état      |
      | declare_change          | 2026-04-12 | 2026-05-18 | 2026-06-15 | 2026-05-20 | à faire   |
      | declare_change          | 2026-04-12 | 2026-05-18 | 2026-06-15 | 2026-06-16 | en retard |
      | declare_change_72_hours | 2024-04-12 | 2024-05-20 | 2024-05-23 | 2024-05-22 | à faire   |
      | declare_change_72_hours | 2024-04-12 | 2024-05-20 | 2024-05-23 | 2024-05-30 | en retard |
      | declare_change_72_hours | 2024-10-11 | 2024-12-31 | 2025-01-03 | 2025-01-02 | à faire   |
      | declare_change          | 2024-10-11 | 2025-01-01 | 2025-02-15 | 2025-02-17 | en retard |
      | declare_change          | 2024-10-11 | 2025-01-02 | 2025-02-15 | 2025-01-20 | à faire   |

  Plan du scénario: Du chômage à l’ASS, puis au RSA et à la prime d’activité
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "workers[0].id" vaut "p-used-up"
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Et on déclare avoir fait "claim_solidarity_allowance" le <inscrit>
    Alors la démarche "solidarity_allowance" est faite
    Quand un agent note que le fait "low_income" est vrai le <plus tard>
    Et un agent note que le fait "low_wages" est vrai le <plus tard>
    Et on déclare avoir fait "claim_income_support" le <plus tard>
    Et on déclare avoir fait "claim_activity_bonus" le <plus tard>
    Alors la démarche "income_support" est faite
    Et la démarche "income_support" compte à partir du <mois>
    Et la démarche "activity_bonus" est faite

    Exemples:
      | fin        | procédure  | inscrit    | plus tard  | mois       |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-03-16 | 2026-03-01 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-07-15 | 2024-07-01 |

  Plan du scénario: Une maladie allonge le délai : un conseiller l’accorde
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et nous sommes le <trop tard>
    Et un agent accepte "extend_registration_time" le <trop tard>
    Et le service "france_travail" annonce "registered" le <trop tard> avec
      | registered_on |
      | <trop tard>   |
    Alors la démarche "extend_registration_time" est faite
    Et la démarche "unemployment_benefit" est faite

    Exemples:
      | fin        | procédure  | trop tard  |
      | 2025-09-28 | 2025-06-10 | 2026-09-30 |
      | 2023-09-28 | 2023-06-12 | 2024-09-30 |

  Plan du scénario: Personne n’a perdu son emploi : tout ce qui a été ouvert est refermé
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "workers[0].id" vaut "p-used-up"
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Et on déclare avoir fait "claim_solidarity_allowance" le <inscrit>
    Et un agent note que le fait "low_income" est vrai le <plus tard>
    Et un agent note que le fait "low_wages" est vrai le <plus tard>
    Et on déclare avoir fait "claim_income_support" le <plus tard>
    Et on déclare avoir fait "claim_activity_bonus" le <plus tard>
    Et l’évènement est retiré le <retiré>
    Alors le reçu dit "retracted"
    Et l’opération "france_travail.close_allowance" est demandée 1 fois
    Et l’opération "france_travail.close_solidarity_allowance" est demandée 1 fois
    Et l’opération "caf.close_income_support" est demandée 1 fois
    Et l’opération "caf.close_activity_bonus" est demandée 1 fois
    Et l’opération "caf.erase_job_loss" est demandée 1 fois

    Exemples:
      | fin        | procédure  | inscrit    | plus tard  | retiré     |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-03-16 | 2026-03-23 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-07-15 | 2024-07-22 |

  Scénario: Le licenciement est annulé après paiement : un conseiller examine le trop-perçu
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-already-paid"
    Quand l’évènement est publié le 2026-02-27
    Et le service "france_travail" annonce "registered" le 2026-03-02 avec
      | registered_on |
      | 2026-03-02    |
    Et nous sommes le 2026-03-03
    Alors la démarche "unemployment_benefit" est faite
    Quand l’évènement est retiré le 2026-06-15
    Alors la démarche "unemployment_benefit" est en incident
    Quand un agent accepte "unemployment_benefit" le 2026-06-22
    Alors la démarche "unemployment_benefit" est annulée
