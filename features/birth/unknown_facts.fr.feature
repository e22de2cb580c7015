# language: fr
Fonctionnalité: Ce que l’on ne sait pas encore
  Le service qui détient une information est interrogé d’abord. On ne la demande à la personne que s’il ne répond pas.
  CRPA, art. L113-12 et L114-10. Toutes les personnes sont inventées.

  Plan du scénario: Le service ne retrouve pas la personne : on pose la question
    Étant donné une naissance le <né le> à Lyon (69123)
    Et dans l’évènement, "union" n’est pas dit
    Et l’opération "<operation>" refuse avec "<code>"
    Quand l’évènement est publié le <né le>
    Alors la question <question> est posée
    Et le fait <question> n’est pas connu

    Exemples:
      | né le      | operation                | code           | question                  |
      | 2019-05-14 | caf.read_household       | unknown_person | "older_children"          |
      | 2019-05-14 | caf.read_household       | unknown_person | "resources_under_ceiling" |
      | 2019-05-14 | mairie.read_civil_status | unknown_person | "union"                   |
      | 2026-03-04 | caf.read_household       | unknown_person | "resources_under_ceiling" |
      | 2026-03-04 | mairie.read_civil_status | unknown_person | "union"                   |

  Plan du scénario: La CPAM ne sait pas si le parent est salarié
    Étant donné une naissance le <né le> à Lyon (69123)
    Et l’opération "cpam.read_employment" refuse avec "unknown_person"
    Quand l’évènement est publié le <né le>
    Alors la question "employee" (parent 2) est posée
    Et la démarche "paternity_leave" (parent 2) est en attente
    Quand on répond <réponse> à la question "employee" (parent 2) le <jour>
    Alors la démarche "paternity_leave" (parent 2) est <état>

    Exemples:
      | né le      | réponse | jour       | état       |
      | 2019-05-14 | vrai    | 2019-05-20 | à faire    |
      | 2019-05-14 | faux    | 2019-05-20 | sans objet |
      | 2026-03-04 | vrai    | 2026-03-20 | à faire    |
      | 2026-03-04 | faux    | 2026-03-20 | sans objet |

  Plan du scénario: Des parents non mariés : la mairie ne trouve pas de reconnaissance
    Étant donné une naissance le <né le> à Nantes (44109)
    Et dans l’évènement, "union" vaut "none"
    Et l’opération "mairie.read_recognition" refuse avec "not_found"
    Quand l’évènement est publié le <né le>
    Alors la question "recognised" (child 1) est posée
    Et la démarche "recognise_child" (child 1) est en attente
    Quand on répond <réponse> à la question "recognised" (child 1) le <jour>
    Alors la démarche "recognise_child" (child 1) est <état>

    Exemples:
      | né le      | réponse | jour       | état       |
      | 2019-05-14 | vrai    | 2019-05-15 | sans objet |
      | 2019-05-14 | faux    | 2019-05-15 | à faire    |
      | 2026-03-04 | vrai    | 2026-03-05 | sans objet |
      | 2026-03-04 | faux    | 2026-03-05 | à faire    |

  Plan du scénario: Une naissance entre deux lois, une date prévue inconnue
    Étant donné une naissance le 2021-06-30 à Paris (75114)
    Et dans l’évènement, "due_on" n’est pas dit
    Et l’opération "cpam.read_pregnancy" refuse avec "<code>"
    Quand l’évènement est publié le 2021-07-01
    Alors la loi est provisoire
    Et la question "due_on" est posée
    Quand on répond <réponse> à la question "due_on" le 2021-07-02
    Alors la loi est certaine
    Et la loi est celle du <loi>
    Et la valeur "paternity_days" est <jours>

    Exemples:
      | code           | réponse    | loi        | jours |
      | no_pregnancy   | 2021-06-25 | 2016-11-20 | 11    |
      | no_pregnancy   | 2021-07-10 | 2021-07-01 | 25    |
      | unknown_person | 2021-06-25 | 2016-11-20 | 11    |
      | unknown_person | 2021-07-10 | 2021-07-01 | 25    |

  Scénario: Bien avant la réforme, la date prévue ne change rien : on ne la demande pas
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Et dans l’évènement, "due_on" n’est pas dit
    Quand l’évènement est publié le 2019-05-15
    Alors la loi est celle du 2016-11-20
    Et la loi est certaine
    Et la question "due_on" n’est pas posée
    Et l’opération "cpam.read_pregnancy" n’est pas demandée

  Scénario: La CAF est en panne : on réessaie, sous la même clé, et rien n’est demandé deux fois
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.open_child_benefit" est en panne
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et nous sommes le 2026-03-09
    Alors la démarche "child_benefit" est en incident
    Et l’opération "caf.open_child_benefit" est tentée 6 fois sous la même clé
    Quand l’opération "caf.open_child_benefit" fonctionne de nouveau
    Et un agent relance "child_benefit" le 2026-03-10
    Alors la démarche "child_benefit" est faite

  Scénario: La CAF échoue deux fois : la troisième tentative, sous la même clé, suffit, et personne n’a rien à faire
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.open_child_benefit" échoue 2 fois
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "child_benefit" est faite
    Et l’opération "caf.open_child_benefit" est tentée 3 fois sous la même clé
