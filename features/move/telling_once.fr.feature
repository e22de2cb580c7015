# language: fr
Fonctionnalité: Dire une seule fois qu’on déménage
  La nouvelle adresse part aux administrations. Ce qui reste à faire à la main a sa date. Toutes les personnes sont inventées.

  Scénario: Les administrations sont prévenues
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Alors l’opération "caf.change_address" est demandée 1 fois
    Et l’opération "cpam.change_address" est demandée 2 fois
    Et l’opération "dgfip.change_address" est demandée 1 fois
    Et la démarche "tell_caf" est faite
    Et la démarche "tell_france_travail" (mover 1) est sans objet

  Scénario: France Travail est prévenu
    Étant donné l’exemple "jobseeker" de l’évènement "move"
    Quand l’évènement est publié le 2026-05-13
    Et nous sommes le 2026-05-14
    Alors la question "jobseeker" n’est pas posée
    Et l’opération "france_travail.change_address" est demandée 1 fois
    Et la démarche "tell_france_travail" (mover 1) est faite

  Plan du scénario: Le délai pour prévenir France Travail passe sans réponse : 72 heures jusqu’en 2024, trente jours depuis
    Étant donné l’exemple "jobseeker" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut <déménagé>
    Et dans l’évènement, "movers[0].id" vaut "p-jobseeker-silent"
    Quand l’évènement est publié le <déménagé>
    Alors la démarche "tell_france_travail" (mover 1) est à faire au plus tard le <limite>
    Quand nous sommes le <après>
    Alors la démarche "tell_france_travail" (mover 1) est en retard

    Exemples:
      | déménagé   | limite     | après      |
      | 2024-12-31 | 2025-01-03 | 2025-01-04 |
      | 2025-01-01 | 2025-01-31 | 2025-02-01 |
      | 2026-05-13 | 2026-06-12 | 2026-06-13 |

  Scénario: Le dépôt de garantie attend la nouvelle adresse
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-02-02
    Alors la démarche "deposit_back" est en attente
    Quand on déclare avoir fait "tell_landlord_address" le 2026-02-02
    Et on répond faux à la question "inventory_matches" le 2026-02-02
    Alors la démarche "deposit_back" est à faire au plus tard le 2026-03-30
    Quand le service "landlord" annonce "deposit_returned" le 2026-03-12 avec
      | returned_on |
      | 2026-03-12  |
    Alors la démarche "deposit_back" est faite

  Scénario: Un mois seulement quand les états des lieux sont conformes
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-02-02
    Et on déclare avoir fait "tell_landlord_address" le 2026-02-02
    Et on répond vrai à la question "inventory_matches" le 2026-02-02
    Alors la démarche "deposit_back" est à faire au plus tard le 2026-02-28
    Quand nous sommes le 2026-03-01
    Alors la démarche "deposit_back" est en retard

  Plan du scénario: Le congé se compte à rebours
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2025-10-01
    Et on répond <motif> à la question "notice_ground" le 2025-10-01
    Alors le fait "notice_months" est <mois>
    Et la démarche "give_notice" est à faire au plus tard le <au plus tard>

    Exemples:
      | motif       | mois | au plus tard |
      | "none"      | 3    | 2025-10-31   |
      | "transfer"  | 1    | 2025-12-31   |
      | "furnished" | 1    | 2025-12-31   |

  Scénario: Un titre de séjour
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "has_residence_permit" (mover 2) le 2026-01-12
    Alors la démarche "permit_address" (mover 2) est à faire au plus tard le 2026-04-12

  Scénario: Le même évènement est publié deux fois
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et le même évènement est publié de nouveau le 2026-01-13
    Alors le reçu dit "duplicate"
    Et il y a 1 parcours

  Scénario: Le déménagement est annulé
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Et l’évènement est retiré le 2026-01-14
    Alors l’opération "caf.restore_address" est demandée 1 fois
    Et l’opération "cpam.restore_address" est demandée 2 fois
    Et l’opération "dgfip.restore_address" est demandée 1 fois
