# language: fr
Fonctionnalité: Des triplés, outre-mer
  Trois démarches, trois actes, un seul congé plus long, et le calendrier de La Réunion. Toutes les personnes sont inventées.

  Scénario: Chacun des trois a sa déclaration, au plus tard le lendemain de l’Ascension
    Étant donné l’exemple "triplets" de l’évènement "birth"
    Quand l’évènement est publié le 2026-05-10
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-05-15
    Et la démarche "declare_birth" (child 2) est à faire au plus tard le 2026-05-15
    Et la démarche "declare_birth" (child 3) est à faire au plus tard le 2026-05-15
    Et l’échéance de "declare_birth" (child 1) mentionne "Ascension"
    Et le fait "paternity_leave_days" est 32
    Et le fait "dependent_children" est 3

  Scénario: Trois enfants ouvrent les allocations en une fois
    Étant donné l’exemple "triplets" de l’évènement "birth"
    Quand l’évènement est publié le 2026-05-10
    Et le service "mairie" annonce "birth_registered" le 2026-05-12 avec
      | child | act_number | registered_on |
      | 1     | "2026-1"   | 2026-05-12    |
    Et le service "mairie" annonce "birth_registered" le 2026-05-12 avec
      | child | act_number | registered_on |
      | 2     | "2026-2"   | 2026-05-12    |
    Alors l’opération "caf.open_child_benefit" n’est pas demandée
    Quand le service "mairie" annonce "birth_registered" le 2026-05-13 avec
      | child | act_number | registered_on |
      | 3     | "2026-3"   | 2026-05-13    |
    Alors l’opération "caf.open_child_benefit" est demandée 1 fois
    Et l’opération "caf.open_child_benefit" est demandée avec
      | children | 3 |
    Et l’opération "caf.open_base_allowance" est demandée 3 fois
    Et l’opération "cpam.register_child" est demandée 3 fois

  Plan du scénario: Pour des triplés, la PreParE et le congé parental durent jusqu’à leurs six ans
    Étant donné l’exemple "triplets" de l’évènement "birth"
    Et dans l’évènement, "born_on" vaut <nés le>
    Et dans l’évènement, "due_on" vaut <prévus le>
    Et dans l’évènement, "children[0].born_on" vaut <nés le>
    Et dans l’évènement, "children[1].born_on" vaut <nés le>
    Et dans l’évènement, "children[2].born_on" vaut <nés le>
    Quand l’évènement est publié le <nés le>
    Alors la démarche "shared_parental_benefit" (parent 1) est à faire au plus tard le <jusqu’au>
    Et la démarche "parental_leave" (parent 2) est à faire au plus tard le <jusqu’au>

    Exemples:
      | nés le     | prévus le  | jusqu’au   | loi        |
      | 2019-05-14 | 2019-06-20 | 2025-05-14 | 2016-11-20 |
      | 2026-05-09 | 2026-06-20 | 2032-05-09 | 2021-07-01 |

  Plan du scénario: Le jour férié d’un territoire ne compte que là-bas
    Étant donné une naissance le <né le> à <lieu>
    Quand l’évènement est publié le <né le>
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le <jusqu’au>

    Exemples:
      | né le      | lieu                   | jusqu’au   | pourquoi                                          |
      | 2026-05-17 | Fort-de-France (97209) | 2026-05-26 | 22 mai, puis le week-end et le lundi de Pentecôte |
      | 2026-05-17 | Lyon (69123)           | 2026-05-22 | le 22 mai est travaillé en métropole              |
      | 2026-05-22 | Pointe-à-Pitre (97120) | 2026-05-28 | 27 mai en Guadeloupe                              |
      | 2026-12-15 | Saint-Denis (97411)    | 2026-12-21 | le 20 décembre est un dimanche                    |
      | 2026-04-22 | Mamoudzou (97608)      | 2026-04-28 | 27 avril à Mayotte                                |
      | 2026-03-29 | Metz (57463)           | 2026-04-07 | Vendredi saint en Moselle                         |
