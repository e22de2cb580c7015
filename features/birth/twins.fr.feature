# language: fr
Fonctionnalité: Des jumeaux
  Chaque enfant a ses propres démarches. Le congé de paternité est plus long. Toutes les personnes sont inventées.

  Scénario: Nés de part et d’autre de minuit, chaque enfant a son délai
    Étant donné l’exemple "twins" de l’évènement "birth"
    Et dans l’évènement, "birth_place" vaut "69123"
    Quand l’évènement est publié le 2026-03-30
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-04-03
    Et la démarche "declare_birth" (child 2) est à faire au plus tard le 2026-04-07

  Scénario: Déclarer l’un ne déclare pas l’autre
    Étant donné l’exemple "twins" de l’évènement "birth"
    Quand l’évènement est publié le 2026-03-30
    Et le service "mairie" annonce "birth_registered" le 2026-03-31 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-31    |
    Alors la démarche "declare_birth" (child 1) est faite
    Et la démarche "declare_birth" (child 2) est à faire
    Et la démarche "register_at_cpam" (child 2) est en attente
    Et l’opération "cpam.register_child" est demandée 1 fois

  Scénario: L’un est déclaré à temps, l’autre non
    Étant donné l’exemple "twins" de l’évènement "birth"
    Quand l’évènement est publié le 2026-03-30
    Et le service "mairie" annonce "birth_registered" le 2026-03-31 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-31    |
    Et nous sommes le 2026-04-08
    Alors la démarche "declare_birth" (child 1) est faite
    Et la démarche "ask_for_ruling" (child 1) est sans objet
    Et la démarche "declare_birth" (child 2) est perdue
    Et la démarche "ask_for_ruling" (child 2) est à faire

  Scénario: Trente-deux jours de congé de paternité
    Étant donné l’exemple "twins" de l’évènement "birth"
    Quand l’évènement est publié le 2026-03-30
    Alors le fait "paternity_leave_days" est 32

  Plan du scénario: Pour des jumeaux, le congé parental peut durer jusqu’à l’école maternelle
    Étant donné l’exemple "twins" de l’évènement "birth"
    Et dans l’évènement, "born_on" vaut <nés le>
    Et dans l’évènement, "due_on" vaut <nés le>
    Et dans l’évènement, "children[0].born_on" vaut <nés le>
    Et dans l’évènement, "children[1].born_on" vaut <nés le>
    Quand l’évènement est publié le <nés le>
    Alors la démarche "parental_leave" (parent 1) est à faire au plus tard le <jusqu’au>

    Exemples:
      | nés le     | jusqu’au   | pourquoi                           |
      | 2019-03-29 | 2022-08-31 | la veille de la rentrée de 2022    |
      | 2026-03-29 | 2029-08-31 | la veille de la rentrée de 2029    |
      | 2026-10-12 | 2029-10-12 | leurs trois ans, après la rentrée  |

  Scénario: Les deux enfants comptent pour les allocations familiales
    Étant donné l’exemple "twins" de l’évènement "birth"
    Quand l’évènement est publié le 2026-03-30
    Alors le fait "dependent_children" est 3
    Et la démarche "child_benefit" est en attente
