# language: fr
Fonctionnalité: Les premières semaines dans le nouveau logement
  L’état des lieux à faire corriger, l’aide à l’entrée, l’école, et ce que déclarent les propriétaires. Toutes les personnes sont inventées.
  Loi du 6 juillet 1989, art. 3-2 ; loi du 31 mai 1990, art. 6 ; code de l’éducation, art. L131-5 ; CGI, art. 1418.

  Scénario: Dix jours pour faire corriger l’état des lieux
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Alors la question "entry_inventory_on" est posée
    Quand on répond 2026-01-12 à la question "entry_inventory_on" le 2026-01-13
    Alors la démarche "correct_inventory" peut se faire du 2026-01-12 au 2026-01-22
    Et on peut contester "correct_inventory" par "mediation"
    Quand on déclare avoir fait "correct_inventory" le 2026-01-20
    Alors la démarche "correct_inventory" est faite

  Scénario: Le onzième jour est trop tard pour l’état des lieux
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et on répond 2026-01-12 à la question "entry_inventory_on" le 2026-01-13
    Alors la démarche "correct_inventory" est à faire
    Quand nous sommes le 2026-01-23
    Alors la démarche "correct_inventory" est perdue

  Scénario: L’aide à l’entrée est là pour les locataires
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Alors la démarche "ask_housing_fund" est à faire
    Quand on déclare avoir fait "ask_housing_fund" le 2026-01-15
    Alors la démarche "ask_housing_fund" est faite
    Et la démarche "declare_occupancy" est sans objet

  Scénario: Deux mois pour emprunter le dépôt de garantie
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Alors la démarche "ask_deposit_loan" peut se faire du 2025-10-12 au 2026-03-12
    Quand on déclare avoir fait "ask_deposit_loan" le 2026-03-12
    Alors la démarche "ask_deposit_loan" est faite

  Scénario: Après deux mois, le dépôt de garantie ne s’emprunte plus
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-03-13
    Alors la démarche "ask_deposit_loan" est perdue

  Scénario: Un enfant qui change d’école est inscrit dans les huit jours
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et on répond vrai à la question "changes_school" (child 1) le 2026-01-12
    Alors la démarche "change_school" (child 1) est à faire au plus tard le 2026-01-20
    Quand nous sommes le 2026-01-21
    Alors la démarche "change_school" (child 1) est en retard
    Quand on déclare avoir fait "change_school" (child 1) le 2026-01-23
    Alors la démarche "change_school" (child 1) est faite

  Plan du scénario: Les propriétaires disent qui occupe le logement avant le 1er juillet de l’année suivante
    Étant donné l’exemple "same_commune" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut <déménagé>
    Et dans l’évènement, "old_tenure" vaut "<quitté>"
    Et dans l’évènement, "new_tenure" vaut "<pris>"
    Quand l’évènement est publié le <déménagé>
    Alors la démarche "declare_occupancy" est à faire au plus tard le <limite>
    Quand nous sommes le <après>
    Alors la démarche "declare_occupancy" est en retard
    Et on peut contester "declare_occupancy" par "tax_complaint"
    Quand le service "dgfip" annonce "occupancy_declared" le <après> avec
      | person    | declared_on |
      | "p-denis" | <après>     |
    Alors la démarche "declare_occupancy" est faite

    Exemples:
      | déménagé   | quitté | pris   | limite     | après      |
      | 2025-12-31 | owner  | tenant | 2026-06-30 | 2026-07-01 |
      | 2026-01-01 | owner  | owner  | 2026-06-30 | 2026-07-01 |
      | 2026-01-02 | tenant | owner  | 2027-06-30 | 2027-07-01 |

  Scénario: Déclaré à temps
    Étant donné l’exemple "same_commune" de l’évènement "move"
    Quand l’évènement est publié le 2026-03-31
    Et on déclare avoir fait "declare_occupancy" le 2027-02-15
    Alors la démarche "declare_occupancy" est faite

  Scénario: La CAF ne répond pas pour la prime de déménagement : c’est un refus
    Étant donné l’exemple "large_family" de l’évènement "move"
    Et l’opération "caf.pay_moving_bonus" reste sans réponse
    Quand l’évènement est publié le 2026-06-05
    Et on répond vrai à la question "main_home" le 2026-06-05
    Et on déclare avoir fait "claim_housing_benefit" le 2026-06-08
    Et on déclare avoir fait "claim_moving_bonus" le 2026-06-20
    Alors sans réponse, "moving_bonus" est réputée refusée le 2026-08-20
    Quand nous sommes le 2026-08-21
    Alors la démarche "moving_bonus" est réputée refusée
