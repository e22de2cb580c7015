# language: fr
Fonctionnalité: Les congés des parents
  La durée du congé de paternité dépend de la loi du jour où l’enfant est né, ou du jour où il était attendu.
  Code du travail, art. L1225-35, L1225-46-2, L3142-1. Toutes les personnes sont inventées.

  Plan du scénario: De part et d’autre du 1er juillet 2021
    Étant donné une naissance le <né le> à Paris (75114)
    Et dans l’évènement, "due_on" vaut <attendu le>
    Quand l’évènement est publié le 2021-07-05
    Alors la loi est celle du <loi>
    Et la valeur "paternity_days" est <jours>

    Exemples:
      | né le      | attendu le | loi        | jours |
      | 2021-06-30 | 2021-06-25 | 2016-11-20 | 11    |
      | 2021-06-30 | 2021-07-10 | 2021-07-01 | 25    |
      | 2021-07-01 | 2021-07-10 | 2021-07-01 | 25    |
      | 2021-07-02 | 2021-06-20 | 2021-07-01 | 25    |

  Scénario: La date prévue n’est pas dite : la CPAM la connaît
    Étant donné l’exemple "premature" de l’évènement "birth"
    Et dans l’évènement, "due_on" n’est pas dit
    Quand l’évènement est publié le 2021-07-01
    Alors l’opération "cpam.read_pregnancy" est demandée 1 fois
    Et la question "due_on" n’est pas posée
    Et le fait "due_on" est 2021-07-10
    Et la valeur "paternity_days" est 25

  Scénario: La CPAM ne la connaît pas : on la demande aux parents
    Étant donné une naissance le 2021-06-30 à Paris (75114)
    Et dans l’évènement, "due_on" n’est pas dit
    Quand l’évènement est publié le 2021-07-01
    Alors la question "due_on" est posée
    Quand on répond 2021-07-10 à la question "due_on" le 2021-07-02
    Alors la loi est celle du 2021-07-01
    Et la valeur "paternity_days" est 25

  Scénario: Après la réforme, la date prévue ne change rien et n’est pas demandée
    Étant donné une naissance le 2024-05-14 à Paris (75114)
    Et dans l’évènement, "due_on" n’est pas dit
    Quand l’évènement est publié le 2024-05-15
    Alors la loi est celle du 2021-07-01
    Et la question "due_on" n’est pas posée
    Et la valeur "paternity_days" est 25

  Scénario: Trois jours ouvrables, puis quatre jours obligatoires
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Alors la date "birth_leave_ends" tombe le 2026-03-09
    Et la démarche "mandatory_leave" (parent 2) peut se faire du 2026-03-10 au 2026-03-13
    Et la démarche "paternity_leave" (parent 2) peut se faire du 2026-03-14 au 2026-09-06

  Scénario: Un dimanche ne compte pas
    Étant donné une naissance le 2026-03-08 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-08
    Alors la date "birth_leave_ends" tombe le 2026-03-11
    Et la démarche "mandatory_leave" (parent 2) peut se faire du 2026-03-12 au 2026-03-15

  Scénario: Après six mois, le congé est perdu
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et nous sommes le 2026-09-07
    Alors la démarche "paternity_leave" (parent 2) est perdue

  Scénario: Le parent qui a accouché n’a pas de congé de paternité
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Alors la démarche "paternity_leave" (parent 1) est sans objet

  Scénario: Un parent sans emploi salarié
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Et dans l’évènement, "parents[1].id" vaut "p-jobless"
    Quand l’évènement est publié le 2026-03-06
    Alors la question "employee" n’est pas posée
    Et la démarche "paternity_leave" (parent 2) est sans objet

  Scénario: Le congé choisi est transmis à l’employeur, puis à la CPAM
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et le service "mairie" annonce "birth_registered" le 2026-03-09 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-09    |
    Et on déclare avoir fait "paternity_leave" (parent 2) le 2026-04-01
    Alors l’opération "employer.record_leave" est demandée 1 fois
    Et l’opération "cpam.open_paternity_allowance" est demandée 1 fois

  Scénario: Un enfant hospitalisé dès la naissance
    Étant donné l’exemple "twins" de l’évènement "birth"
    Quand l’évènement est publié le 2026-03-30
    Alors la date "birth_leave_ends" tombe le 2026-04-01
    Et la démarche "hospital_leave" (parent 2) peut se faire du 2026-04-06 au 2026-05-05

  Plan du scénario: Le congé supplémentaire, de part et d’autre du 1er janvier 2026
    Étant donné une naissance le <né le> à Nantes (44109)
    Et dans l’évènement, "due_on" vaut <attendu le>
    Quand l’évènement est publié le <né le>
    Alors la démarche "extra_birth_leave" (parent 2) peut se faire du <du> au <au>

    Exemples:
      | né le      | attendu le | du         | au         |
      | 2025-12-31 | 2026-01-10 | 2026-07-01 | 2027-03-31 |
      | 2026-01-01 | 2025-12-20 | 2026-07-01 | 2027-03-31 |
      | 2026-06-30 | 2026-06-30 | 2026-07-01 | 2027-03-31 |
      | 2026-07-15 | 2026-07-10 | 2026-07-15 | 2027-04-14 |

  Scénario: Né et attendu en 2025 : pas de congé supplémentaire
    Étant donné une naissance le 2025-12-31 à Nantes (44109)
    Et dans l’évènement, "due_on" vaut 2025-12-20
    Quand l’évènement est publié le 2025-12-31
    Alors la démarche "extra_birth_leave" (parent 2) est sans objet
