# language: fr
Fonctionnalité: Après un licenciement
  S’inscrire dans les douze mois, être indemnisé, déclarer ce qui change, contester si c’est nécessaire. Toutes les personnes sont inventées.

  Scénario: Les premières dates
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-02-27
    Alors le reçu dit "started"
    Et la loi est celle du 2025-04-01
    Et la démarche "employer_documents" est à faire au plus tard le 2026-02-27
    Et la démarche "register" est à faire au plus tard le 2027-02-27
    Et la démarche "contest_dismissal" est à faire au plus tard le 2026-11-27
    Et la démarche "agreement_approval" est sans objet
    Et la démarche "accept_csp" est sans objet

  Scénario: L’inscription ouvre l’allocation
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-02-27
    Alors la démarche "unemployment_benefit" est en attente
    Quand le service "france_travail" annonce "registered" le 2026-03-02 avec
      | registered_on |
      | 2026-03-02    |
    Et nous sommes le 2026-03-03
    Alors la démarche "register" est faite
    Et l’opération "france_travail.open_allowance" est demandée 1 fois
    Et la démarche "unemployment_benefit" est faite
    Et le fait "paid_days_at_most" est 548
    Et le fait "postponed_days" est 12
    Et la démarche "unemployment_benefit" compte à partir du 2026-03-19

  Scénario: L’employeur ne donne pas les papiers
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-02-27
    Et nous sommes le 2026-02-28
    Alors la démarche "employer_documents" est en retard
    Quand le service "employer" annonce "final_documents_given" le 2026-03-10 avec
      | given_on   |
      | 2026-03-10 |
    Alors la démarche "employer_documents" est faite

  Scénario: L’attestation n’est pas arrivée : on demande à la personne
    Étant donné l’exemple "work_unknown" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-03-31
    Et nous sommes le 2026-04-01
    Alors la question "affiliation_days" est posée
    Et le fait "affiliation_days" n’est pas connu
    Et la démarche "unemployment_benefit" est en attente
    Quand on répond 100 à la question "affiliation_days" le 2026-04-02
    Et on répond 700 à la question "affiliation_hours" le 2026-04-02
    Et on répond faux à la question "seasonal_only" le 2026-04-02
    Alors le fait "affiliation_needed" est 130
    Et la démarche "unemployment_benefit" est sans objet

  Scénario: Le dernier jour des douze mois compte encore
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut 2025-09-28
    Et dans l’évènement, "dismissal_started_on" vaut 2025-06-10
    Quand l’évènement est publié le 2025-09-28
    Et nous sommes le 2026-09-28
    Alors la démarche "register" est à faire
    Quand le service "france_travail" annonce "registered" le 2026-09-28 avec
      | registered_on |
      | 2026-09-28    |
    Alors l’opération "france_travail.open_allowance" est demandée 1 fois

  Scénario: Un jour trop tard, sauf si un conseiller allonge le délai
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "contract_ends_on" vaut 2025-09-28
    Et dans l’évènement, "dismissal_started_on" vaut 2025-06-10
    Quand l’évènement est publié le 2025-09-28
    Et nous sommes le 2026-09-29
    Alors la démarche "register" est en retard
    Et la démarche "unemployment_benefit" est sans objet
    Quand le service "france_travail" annonce "registered" le 2026-09-30 avec
      | registered_on |
      | 2026-09-30    |
    Alors la démarche "register" est faite
    Et la démarche "unemployment_benefit" est sans objet
    Et la démarche "extend_registration_time" est à faire
    Quand un agent accepte "extend_registration_time" le 2026-10-05
    Alors l’opération "france_travail.open_allowance" est demandée 1 fois

  Scénario: Un changement se déclare au plus tard à la prochaine actualisation
    Étant donné l’exemple "seasonal_contract" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-05-18
    Alors la démarche "declare_change" (change 1) est à faire au plus tard le 2026-06-15
    Quand nous sommes le 2026-06-16
    Alors la démarche "declare_change" (change 1) est en retard

  Scénario: L’actualisation du premier mois
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-02-27
    Et le service "france_travail" annonce "registered" le 2026-03-02 avec
      | registered_on |
      | 2026-03-02    |
    Alors la démarche "monthly_update" peut se faire du 2026-03-28 au 2026-04-15

  Scénario: Sans réponse au CSP, c’est non
    Étant donné l’exemple "between_two_laws" de l’évènement "job_loss"
    Quand l’évènement est publié le 2025-03-21
    Alors la démarche "accept_csp" peut se faire du 2025-03-20 au 2025-04-10
    Quand nous sommes le 2025-04-11
    Alors la démarche "accept_csp" est perdue

  Plan du scénario: Le RSA est dû à partir du premier jour du mois de la demande, au montant de ce mois
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-poor"
    Quand l’évènement est publié le 2026-02-27
    Et on déclare avoir fait "claim_income_support" le <demandé le>
    Alors la démarche "income_support" compte à partir du <à partir du>
    Et la valeur "income_support_single" est <montant>

    Exemples:
      | demandé le | à partir du | montant |
      | 2026-03-31 | 2026-03-01  | 646.52  |
      | 2026-04-01 | 2026-04-01  | 651.69  |

  Scénario: France Travail refuse l’ASS : la médiation est obligatoire
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-ass-refused"
    Quand l’évènement est publié le 2026-02-27
    Et le service "france_travail" annonce "registered" le 2026-03-02 avec
      | registered_on |
      | 2026-03-02    |
    Et on déclare avoir fait "claim_solidarity_allowance" le 2026-03-10
    Et nous sommes le 2026-03-11
    Alors la démarche "solidarity_allowance" est refusée
    Et on doit d’abord contester "solidarity_allowance" par "mediation" au plus tard le 2026-05-11

  Scénario: Le même évènement est publié deux fois
    Étant donné l’exemple "dismissal" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-02-27
    Et le même évènement est publié de nouveau le 2026-03-02
    Alors le reçu dit "duplicate"
    Et il y a 1 parcours
