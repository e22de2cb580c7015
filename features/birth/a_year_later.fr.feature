# language: fr
Fonctionnalité: Les suites d’une naissance, mois après mois
  Ce qui se fait dans les temps, ce qui se rattrape et ce qui se perd, sous la loi d’aujourd’hui.
  Code du travail, art. L1225-35 et L1225-46-2 ; code de la santé publique, art. L2132-2 et L3111-2. Toutes les personnes sont inventées.

  Scénario: Une année où tout se fait dans les temps
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et on répond vrai à la question "first_common_child" le 2026-03-06
    Et le service "employer" annonce "leave_taken" le 2026-03-09 avec
      | person    | leave   | ended_on   |
      | "p-karim" | "birth" | 2026-03-09 |
    Et le service "mairie" annonce "birth_registered" le 2026-03-09 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-09    |
    Et le service "mairie" annonce "surname_recorded" le 2026-03-09 avec
      | child | recorded_on |
      | 1     | 2026-03-09  |
    Et le service "employer" annonce "leave_taken" le 2026-03-13 avec
      | person    | leave       | ended_on   |
      | "p-karim" | "mandatory" | 2026-03-13 |
    Alors la démarche "birth_leave" (parent 2) est faite
    Et la démarche "mandatory_leave" (parent 2) est faite
    Et la démarche "choose_surname" est faite
    Quand on déclare avoir fait "checkup_8_days" (child 1) le 2026-03-14
    Et on déclare avoir fait "tell_tax_office" le 2026-03-30
    Et le service "cpam" annonce "paternity_leave_paid" le 2026-07-10 avec
      | person    | days | paid_on    |
      | "p-karim" | 25   | 2026-07-10 |
    Alors la démarche "paternity_leave" (parent 2) est faite
    Et la démarche "extra_birth_leave" (parent 2) est à faire
    Quand le service "cpam" annonce "extra_birth_leave_paid" le 2026-10-15 avec
      | person    | paid_on    |
      | "p-karim" | 2026-10-15 |
    Et on déclare avoir fait "checkup_9_months" (child 1) le 2026-12-01
    Et on déclare avoir fait "vaccinate" (child 1) le 2027-06-15
    Alors la démarche "extra_birth_leave" (parent 2) est faite
    Et la démarche "checkup_9_months" (child 1) est faite
    Et la démarche "vaccinate" (child 1) est faite
    Quand nous sommes le 2028-02-06
    Alors la démarche "checkup_24_months" (child 1) est à faire
    Et le parcours continue

  Scénario: Le congé supplémentaire attend que le congé de paternité soit pris
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et nous sommes le 2026-07-01
    Alors la démarche "extra_birth_leave" (parent 2) est en attente
    Et la démarche "extra_birth_leave" (parent 1) est à faire

  Plan du scénario: À partir de quand, après le congé de maternité, et jusqu’à quand prendre le congé supplémentaire
    Étant donné une naissance le <né le> à Lyon (69123)
    Et dans l’évènement, "due_on" vaut <prévu le>
    Quand l’évènement est publié le <né le>
    Alors la démarche "extra_birth_leave" (parent 1) peut se faire du <du> au <au>

    Exemples:
      | né le      | prévu le   | du         | au         | pourquoi                               |
      | 2026-06-30 | 2026-07-05 | 2026-09-08 | 2027-03-31 | né au premier semestre : la transition |
      | 2026-07-01 | 2026-06-28 | 2026-09-09 | 2027-03-31 | né après : neuf mois                   |
      | 2026-09-30 | 2026-10-04 | 2026-12-09 | 2027-06-29 | neuf mois, jour de naissance compris   |

  Scénario: Le congé supplémentaire est perdu après son dernier jour
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et nous sommes le 2027-03-31
    Alors la démarche "extra_birth_leave" (parent 1) est à faire
    Quand nous sommes le 2027-04-01
    Alors la démarche "extra_birth_leave" (parent 1) est perdue

  Scénario: L’employeur refuse le congé supplémentaire : rien ne l’y autorise
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et nous sommes le 2026-07-01
    Alors la démarche "extra_birth_leave" (parent 1) cite "Code du travail, art. L1225-46-2"
    Et on peut contester "extra_birth_leave" (parent 1) par "labour_court"

  Plan du scénario: L’employeur refuse le congé de naissance ou de paternité : le conseil de prud’hommes
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Et nous sommes le <le>
    Alors on peut contester "birth_leave" (parent 2) par "labour_court"
    Et on peut contester "paternity_leave" (parent 2) par "labour_court"

    Exemples:
      | né le      | le         |
      | 2019-05-14 | 2019-05-15 |
      | 2026-03-06 | 2026-03-16 |

  Scénario: L’enfant hospitalisé : trente jours auprès de lui, puis c’est passé
    Étant donné l’exemple "triplets" de l’évènement "birth"
    Quand l’évènement est publié le 2026-05-10
    Alors la date "birth_leave_ends" tombe le 2026-05-12
    Et la démarche "hospital_leave" (parent 2) peut se faire du 2026-05-17 au 2026-06-15
    Quand nous sommes le 2026-06-16
    Alors la démarche "hospital_leave" (parent 2) est perdue
    Et on peut contester "hospital_leave" (parent 2) par "labour_court"
    Et on peut contester "mandatory_leave" (parent 2) par "labour_court"
    Et la démarche "paternity_leave" (parent 2) est à faire

  Scénario: Le congé d’hospitalisation est pris
    Étant donné l’exemple "triplets" de l’évènement "birth"
    Quand l’évènement est publié le 2026-05-10
    Et le service "employer" annonce "leave_taken" le 2026-06-12 avec
      | person   | leave      | ended_on   |
      | "p-axel" | "hospital" | 2026-06-12 |
    Alors la démarche "hospital_leave" (parent 2) est faite

  Scénario: Un enfant inscrit trois ans plus tard par jugement : l’allocation de base est perdue
    Étant donné une naissance le 2022-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2022-03-05
    Et nous sommes le 2022-03-10
    Et on déclare avoir fait "ask_for_ruling" (child 1) le 2024-11-04
    Et le service "tribunal" annonce "birth_ruling_given" le 2025-03-20 avec
      | child | given_on   |
      | 1     | 2025-03-20 |
    Et le service "mairie" annonce "ruling_recorded" le 2025-03-27 avec
      | child | act_number  | recorded_on |
      | 1     | "2025-0099" | 2025-03-27  |
    Alors la démarche "record_birth" (child 1) est faite
    Et la démarche "base_allowance" (child 1) est perdue

  Scénario: Deux ans sans examen : il reste à faire, et la PMI peut encore le recevoir
    Étant donné une naissance le 2026-03-06 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-06
    Et nous sommes le 2028-04-07
    Alors la démarche "checkup_24_months" (child 1) est en retard
    Et la démarche "vaccinate" (child 1) est en retard
    Quand le service "pmi" annonce "certificate_received" le 2028-04-20 avec
      | child | exam       | received_on |
      | 1     | "month_24" | 2028-04-20  |
    Alors la démarche "checkup_24_months" (child 1) est faite

  Scénario: Un acte d’enfant sans vie, puis un décès à déclarer : chacun a sa démarche
    Étant donné l’exemple "twins" de l’évènement "birth"
    Et dans l’évènement, "children[0].outcome" vaut "died"
    Et dans l’évènement, "children[1].outcome" vaut "stillborn"
    Quand l’évènement est publié le 2026-03-30
    Alors la démarche "bereavement_support" est faite
    Et personne n’est prévenu de "bereavement_support"
    Quand le service "mairie" annonce "death_registered" le 2026-03-31 avec
      | child | registered_on |
      | 1     | 2026-03-31    |
    Et on déclare avoir fait "lifeless_child_record" (child 2) le 2026-04-20
    Alors la démarche "declare_death" (child 1) est faite
    Et la démarche "lifeless_child_record" (child 2) est faite
    Et personne n’est prévenu de "lifeless_child_record" (child 2)
