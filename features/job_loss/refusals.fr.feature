# language: fr
Fonctionnalité: Perdre son emploi : refus, silences et recours
  Chaque refus se conteste devant le bon juge, dans l’ordre que la loi impose. Toutes les personnes sont inventées.
  Code de justice administrative, art. L213-11 ; code de l’action sociale et des familles, art. L262-47 ; CRPA, art. L231-4.

  Plan du scénario: France Travail refuse l’allocation : le juge judiciaire, dans les deux ans
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et l’opération "france_travail.open_allowance" refuse avec "<code>"
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Alors la loi est celle du <loi>
    Et la démarche "unemployment_benefit" est refusée
    Et on peut contester "unemployment_benefit" par "judicial_court" au plus tard le <jusqu’au>
    Et la démarche "keep_health_cover" est sans objet

    Exemples:
      | fin        | procédure  | inscrit    | code                | loi        | jusqu’au   |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | not_enough_work     | 2025-04-01 | 2028-03-02 |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | voluntary_departure | 2025-04-01 | 2028-03-02 |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | registered_too_late | 2025-04-01 | 2028-03-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | not_enough_work     | 2023-02-01 | 2026-07-01 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | voluntary_departure | 2023-02-01 | 2026-07-01 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | registered_too_late | 2023-02-01 | 2026-07-01 |

  Plan du scénario: Le RSA est refusé : le président du conseil départemental d’abord
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "workers[0].id" vaut "p-poor"
    Et l’opération "caf.open_income_support" refuse avec "<code>"
    Quand l’évènement est publié le <fin>
    Et on déclare avoir fait "claim_income_support" le <demandé>
    Alors la démarche "income_support" est refusée
    Et on doit d’abord contester "income_support" par "prior_appeal" au plus tard le <jusqu’au>

    Exemples:
      | fin        | procédure  | demandé    | code               | jusqu’au   |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | resources_too_high | 2026-05-04 |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | too_young          | 2026-05-04 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | resources_too_high | 2024-09-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | too_young          | 2024-09-02 |

  Plan du scénario: La CAF se tait deux mois sur le RSA : c’est un refus
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "workers[0].id" vaut "p-poor"
    Et l’opération "caf.open_income_support" reste sans réponse
    Quand l’évènement est publié le <fin>
    Et on déclare avoir fait "claim_income_support" le <demandé>
    Alors sans réponse, "income_support" est réputée refusée le <silence>
    Quand nous sommes le <lendemain>
    Alors la démarche "income_support" est réputée refusée
    Et on doit d’abord contester "income_support" par "prior_appeal" au plus tard le <jusqu’au>

    Exemples:
      | fin        | procédure  | demandé    | silence    | lendemain  | jusqu’au   |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-05-02 | 2026-05-03 | 2026-07-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-09-01 | 2024-09-02 | 2024-11-04 |

  Plan du scénario: La prime d’activité est refusée
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "workers[0].id" vaut "p-part-time"
    Et l’opération "caf.open_activity_bonus" refuse avec "resources_out_of_range"
    Quand l’évènement est publié le <fin>
    Alors la démarche "claim_income_support" est sans objet
    Quand on déclare avoir fait "claim_activity_bonus" le <demandé>
    Alors la démarche "activity_bonus" est refusée
    Et on doit d’abord contester "activity_bonus" par "prior_appeal" au plus tard le <jusqu’au>

    Exemples:
      | fin        | procédure  | demandé    | jusqu’au   |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | 2026-05-04 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | 2024-09-02 |

  Plan du scénario: L’ASS est refusée : la médiation avant tout juge
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et dans l’évènement, "workers[0].id" vaut "p-used-up"
    Et l’opération "france_travail.open_solidarity_allowance" refuse avec "<code>"
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Et on déclare avoir fait "claim_solidarity_allowance" le <inscrit>
    Alors la démarche "solidarity_allowance" est refusée
    Et on doit d’abord contester "solidarity_allowance" par "mediation" au plus tard le <jusqu’au>

    Exemples:
      | fin        | procédure  | inscrit    | code                 | jusqu’au   |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 | not_enough_past_work | 2026-05-04 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | not_enough_past_work | 2024-09-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 | resources_too_high   | 2024-09-02 |

  Scénario: La lettre de refus ne parle pas de la médiation : le délai ne court pas
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-used-up"
    Et l’opération "france_travail.open_solidarity_allowance" refuse avec "resources_too_high" sans dire comment contester
    Quand l’évènement est publié le 2026-02-27
    Et le service "france_travail" annonce "registered" le 2026-03-02 avec
      | registered_on |
      | 2026-03-02    |
    Et on déclare avoir fait "claim_solidarity_allowance" le 2026-03-10
    Alors la démarche "solidarity_allowance" est refusée
    Et le délai pour contester "solidarity_allowance" par "mediation" ne court pas

  Plan du scénario: La CAF ne retrouve pas le foyer : la personne lui écrit elle-même
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Et l’opération "caf.record_job_loss" refuse avec "unknown_person"
    Quand l’évènement est publié le <fin>
    Et nous sommes le <après>
    Alors la démarche "tell_caf" est refusée
    Quand on déclare avoir fait "tell_caf" le <après>
    Alors la démarche "tell_caf" est faite

    Exemples:
      | fin        | procédure  | après      |
      | 2026-02-27 | 2025-11-17 | 2026-03-02 |
      | 2024-06-28 | 2024-04-15 | 2024-07-01 |

  Plan du scénario: Un service ne sait pas : la question est posée à la personne
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" n’est pas dit
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le <fin>
    Et nous sommes le <après>
    Alors la question <question> est posée

    Exemples:
      | fin        | après      | operation                       | code           | question            |
      | 2026-02-27 | 2026-02-28 | france_travail.read_certificate | no_certificate | "affiliation_hours" |
      | 2026-02-27 | 2026-02-28 | france_travail.read_certificate | no_certificate | "seasonal_only"     |
      | 2026-02-27 | 2026-02-28 | employer.read_cover             | not_employed   | "company_cover"     |
      | 2026-02-27 | 2026-02-28 | caf.estimate_support            | unknown_person | "low_income"        |
      | 2026-02-27 | 2026-02-28 | caf.estimate_support            | unknown_person | "low_wages"         |
      | 2026-02-27 | 2026-02-28 | france_travail.read_claim       | unknown_person | "benefit_used_up"   |
      | 2024-06-28 | 2024-06-29 | france_travail.read_certificate | no_certificate | "affiliation_days"  |
      | 2024-06-28 | 2024-06-29 | france_travail.read_certificate | no_certificate | "affiliation_hours" |
      | 2024-06-28 | 2024-06-29 | employer.read_cover             | not_employed   | "company_cover"     |
      | 2024-06-28 | 2024-06-29 | caf.estimate_support            | unknown_person | "low_income"        |
      | 2024-06-28 | 2024-06-29 | caf.estimate_support            | unknown_person | "low_wages"         |
      | 2024-06-28 | 2024-06-29 | france_travail.read_claim       | unknown_person | "benefit_used_up"   |

  Plan du scénario: Une fois inscrit, ce que France Travail ignore est demandé
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "workers[0].id" vaut "<personne>"
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le <fin>
    Et le service "france_travail" annonce "registered" le <inscrit> avec
      | registered_on |
      | <inscrit>     |
    Et nous sommes le <après>
    Alors la question <question> est posée

    Exemples:
      | fin        | personne | inscrit    | après      | operation                       | code           | question             |
      | 2024-06-20 | p-theo   | 2024-06-24 | 2024-06-25 | france_travail.read_payment     | no_claim       | "first_paid_on"      |
      | 2024-06-20 | p-theo   | 2024-06-24 | 2024-06-25 | france_travail.read_payment     | no_claim       | "paid_days"          |
      | 2024-06-20 | p-theo   | 2024-06-24 | 2024-06-25 | france_travail.read_claim       | unknown_person | "waited_already"     |
      | 2024-06-20 | p-theo   | 2024-06-24 | 2024-06-25 | france_travail.read_claim       | unknown_person | "five_years_of_work" |
      | 2026-04-10 | p-theo   | 2026-04-13 | 2026-04-14 | france_travail.read_claim       | unknown_person | "waited_already"     |
      | 2026-04-10 | p-theo   | 2026-04-13 | 2026-04-14 | france_travail.read_certificate | no_certificate | "paid_leave_days"    |
      | 2026-04-10 | p-theo   | 2026-04-13 | 2026-04-14 | france_travail.read_certificate | no_certificate | "specific_days"      |

  Plan du scénario: Un conseiller refuse d’allonger le délai d’inscription
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et dans l’évènement, "dismissal_started_on" vaut <procédure>
    Quand l’évènement est publié le <fin>
    Et nous sommes le <trop tard>
    Alors la démarche "register" est en retard
    Quand un agent refuse "extend_registration_time" le <trop tard> au motif "un procès en cours n’allonge pas le délai"
    Alors la démarche "extend_registration_time" est refusée
    Et la démarche "unemployment_benefit" est sans objet

    Exemples:
      | fin        | procédure  | trop tard  |
      | 2025-09-28 | 2025-06-10 | 2026-09-29 |
      | 2023-09-28 | 2023-06-12 | 2024-09-30 |
