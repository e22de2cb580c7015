# language: fr
Fonctionnalité: Voter dans sa nouvelle commune
  Pour voter, il faut s’inscrire avant une date limite. Elle tombe plus tôt en ligne que sur papier.
  Code électoral, art. L17, L18, L30 et R5. Toutes les personnes sont inventées.

  Plan du scénario: La date limite dépend de la façon de s’inscrire
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut <emménagé le>
    Et dans l’évènement, "next_ballot_on" vaut <scrutin>
    Quand l’évènement est publié le <emménagé le>
    Alors la démarche "electoral_roll" (mover 1) est à faire en ligne au plus tard le <en ligne>
    Et la démarche "electoral_roll" (mover 1) est à faire sur papier au plus tard le <papier>

    Exemples:
      | emménagé le | scrutin    | en ligne   | papier     |
      | 2026-01-12  | 2026-03-15 | 2026-02-04 | 2026-02-06 |
      | 2024-03-01  | 2024-06-09 | 2024-05-01 | 2024-05-03 |

  Scénario: En 2020, la date était la même pour tous
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2020-01-10
    Et dans l’évènement, "next_ballot_on" vaut 2020-03-15
    Quand l’évènement est publié le 2020-01-10
    Et nous sommes le 2020-01-11
    Alors la démarche "electoral_roll_2020" (mover 1) est à faire au plus tard le 2020-02-07
    Et la démarche "electoral_roll" (mover 1) est sans objet

  Scénario: Trop tard, sauf si un motif le permet
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "next_ballot_on" vaut 2026-03-15
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-02-07
    Alors la démarche "electoral_roll" (mover 1) est en retard
    Et la question "late_voter_ground" est posée
    Quand on répond "transfer" à la question "late_voter_ground" (mover 1) le 2026-02-09
    Alors la démarche "late_electoral_roll" (mover 1) est à faire au plus tard le 2026-03-05
    Quand nous sommes le 2026-03-06
    Alors la démarche "late_electoral_roll" (mover 1) est perdue

  Scénario: Aucun motif : on ne vote pas cette fois
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "next_ballot_on" vaut 2026-03-15
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-02-07
    Et on répond "none" à la question "late_voter_ground" (mover 1) le 2026-02-09
    Alors la démarche "late_electoral_roll" (mover 1) est sans objet
    Et la démarche "electoral_roll" (mover 1) est en retard

  Scénario: L’Insee connaît la date du scrutin
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Alors la question "ballot_on" n’est pas posée
    Et le fait "ballot_on" est 2026-03-15

  Scénario: Aucun scrutin n’est prévu : l’inscription reste à faire
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "moved_on" vaut 2026-07-01
    Quand l’évènement est publié le 2026-07-01
    Et nous sommes le 2026-07-02
    Alors la question "ballot_on" est posée
    Et la démarche "electoral_roll" (mover 1) est à faire

  Scénario: Rester dans sa commune
    Étant donné l’exemple "same_commune" de l’évènement "move"
    Quand l’évènement est publié le 2026-03-31
    Et nous sommes le 2026-04-01
    Alors la démarche "polling_station" (mover 1) est à faire
    Et la démarche "electoral_roll" (mover 1) est sans objet

  Scénario: Le déménagement a finalement lieu dans la même commune : il faut se réinscrire
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Et on déclare avoir fait "electoral_roll" (mover 1) le 2026-01-14
    Alors la démarche "electoral_roll" (mover 1) est faite
    Et la démarche "register_in_old_commune" (mover 1) est sans objet
    Quand l’évènement est corrigé le 2026-01-20 avec
      | new_commune | "38185" |
    Alors le reçu dit "corrected"
    Et la démarche "register_in_old_commune" (mover 1) est à faire
