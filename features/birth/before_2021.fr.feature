# language: fr
Fonctionnalité: Naître avant la réforme de 2021
  La loi du jour de la naissance vaut pour toujours : onze jours de congé, à prendre dans les quatre mois, sans partie obligatoire.
  Code civil, art. 55 et 79-1 ; code du travail, art. L1225-35 dans sa version d’alors. Toutes les personnes sont inventées.

  Scénario: Deux ans dans la vie d’une famille, sous l’ancienne loi
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Quand l’évènement est publié le 2019-05-15
    Et on répond vrai à la question "first_common_child" le 2019-05-15
    Alors la loi est celle du 2016-11-20
    Et la valeur "paternity_days" est 11
    Et la démarche "declare_birth" (child 1) est à faire au plus tard le 2019-05-20
    Et la démarche "paternity_leave" (parent 2) peut se faire du 2019-05-14 au 2019-09-14
    Quand le service "mairie" annonce "surname_recorded" le 2019-05-16 avec
      | child | recorded_on |
      | 1     | 2019-05-16  |
    Et le service "mairie" annonce "birth_registered" le 2019-05-16 avec
      | child | act_number  | registered_on |
      | 1     | "2019-0042" | 2019-05-16    |
    Alors la démarche "choose_surname" est faite
    Et la démarche "declare_birth" (child 1) est faite
    Et la démarche "base_allowance" (child 1) est faite
    Et la valeur "family_benefit_base" est 413.16
    Quand le service "employer" annonce "leave_taken" le 2019-05-18 avec
      | person    | leave   | ended_on   |
      | "p-karim" | "birth" | 2019-05-17 |
    Alors la démarche "birth_leave" (parent 2) est faite
    Quand on déclare avoir fait "checkup_8_days" (child 1) le 2019-05-21
    Et on déclare avoir fait "paternity_leave" (parent 2) le 2019-06-20
    Alors la démarche "record_leave" (parent 2) est faite
    Et la démarche "paternity_allowance" (parent 2) est faite
    Quand on déclare avoir fait "birth_grant" (child 1) le 2019-07-01
    Et on déclare avoir fait "tell_tax_office" le 2019-07-02
    Et on déclare avoir fait "maternity_leave" (parent 1) le 2019-07-24
    Et on décline "shared_parental_benefit" (parent 1) le 2019-07-24
    Et on décline "shared_parental_benefit" (parent 2) le 2019-07-24
    Et on décline "parental_leave" (parent 1) le 2019-07-24
    Et on décline "parental_leave" (parent 2) le 2019-07-24
    Et on décline "childcare_help" (child 1) le 2019-07-24
    Et on déclare avoir fait "checkup_9_months" (child 1) le 2020-02-10
    Et on déclare avoir fait "vaccinate" (child 1) le 2020-10-20
    Et on déclare avoir fait "checkup_24_months" (child 1) le 2021-05-10
    Alors la démarche "vaccinate" (child 1) est faite
    Et la démarche "checkup_24_months" (child 1) est faite
    Et le parcours est terminé

  Scénario: Tout est laissé passer : ce qui est perdu, et ce qui se rattrape
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Et l’opération "caf.open_base_allowance" reste sans réponse
    Quand l’évènement est publié le 2019-05-15
    Et on répond vrai à la question "first_common_child" le 2019-05-15
    Et le service "mairie" annonce "birth_registered" le 2019-05-16 avec
      | child | act_number  | registered_on |
      | 1     | "2019-0042" | 2019-05-16    |
    Et nous sommes le 2019-05-23
    Alors la démarche "choose_surname" est perdue
    Et la démarche "checkup_8_days" (child 1) est en retard
    Quand nous sommes le 2019-09-15
    Alors la démarche "paternity_leave" (parent 2) est perdue
    Et la démarche "tell_tax_office" est en retard
    Quand nous sommes le 2021-06-15
    Alors la démarche "checkup_9_months" (child 1) est en retard
    Et la démarche "checkup_24_months" (child 1) est en retard
    Et la démarche "vaccinate" (child 1) est en retard
    Quand nous sommes le 2022-05-15
    Alors la démarche "base_allowance" (child 1) est en retard

  Scénario: Une naissance déclarée trop tard passe par le tribunal
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Quand l’évènement est publié le 2019-05-15
    Et nous sommes le 2019-05-21
    Alors la démarche "declare_birth" (child 1) est perdue
    Et la démarche "tell_prosecutor" (child 1) est faite
    Quand le service "tribunal" annonce "birth_ruling_requested" le 2019-06-03 avec
      | child | requested_on |
      | 1     | 2019-06-03   |
    Et le service "tribunal" annonce "birth_ruling_given" le 2019-09-16 avec
      | child | given_on   |
      | 1     | 2019-09-16 |
    Et le service "mairie" annonce "ruling_recorded" le 2019-09-20 avec
      | child | act_number  | recorded_on |
      | 1     | "2019-0099" | 2019-09-20  |
    Alors la démarche "ask_for_ruling" (child 1) est faite
    Et la démarche "give_ruling" (child 1) est faite
    Et la démarche "record_birth" (child 1) est faite

  Scénario: Un enfant né sans vie
    Étant donné une naissance le 2019-05-14 à Bordeaux (33063)
    Et dans l’évènement, "children[0].outcome" vaut "stillborn"
    Quand l’évènement est publié le 2019-05-15
    Alors la démarche "declare_birth" (child 1) est sans objet
    Et la démarche "record_birth" (child 1) est sans objet
    Et la démarche "child_benefit" est sans objet
    Et la démarche "welcome" est sans objet
    Et la démarche "lifeless_child_record" (child 1) est à faire
    Et personne n’est prévenu de "lifeless_child_record" (child 1)
    Quand le service "mairie" annonce "lifeless_child_recorded" le 2019-05-22 avec
      | child | recorded_on |
      | 1     | 2019-05-22  |
    Alors la démarche "lifeless_child_record" (child 1) est faite

  Scénario: Un enfant décédé avant d’être déclaré
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Et dans l’évènement, "children[0].outcome" vaut "died"
    Quand l’évènement est publié le 2019-05-15
    Alors la démarche "declare_birth" (child 1) est à faire
    Et la démarche "declare_death" (child 1) est à faire
    Et la démarche "bereavement_support" est faite
    Et personne n’est prévenu de "bereavement_support"
    Quand le service "mairie" annonce "death_registered" le 2019-05-16 avec
      | child | registered_on |
      | 1     | 2019-05-16    |
    Alors la démarche "declare_death" (child 1) est faite

  Scénario: Un premier enfant, et un deuxième choix de nom impossible
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-first"
    Quand l’évènement est publié le 2019-05-15
    Et on répond faux à la question "first_common_child" le 2019-05-15
    Alors la démarche "child_benefit" est sans objet
    Et la démarche "choose_surname" est sans objet
    Et la démarche "base_allowance" (child 1) est en attente

  Scénario: La CAF connaît des ressources trop élevées
    Étant donné une naissance le 2019-05-14 à Lyon (69123)
    Et dans l’évènement, "parents[0].id" vaut "p-wealthy"
    Quand l’évènement est publié le 2019-05-15
    Alors la démarche "base_allowance" (child 1) est sans objet
    Et la question "resources_under_ceiling" n’est pas posée

  Scénario: Des parents non mariés reconnaissent l’enfant
    Étant donné une naissance le 2019-05-14 à Nantes (44109)
    Et dans l’évènement, "union" vaut "none"
    Et dans l’évènement, "children[0].recognised" vaut faux
    Quand l’évènement est publié le 2019-05-15
    Alors la démarche "recognise_child" (child 1) est à faire
    Quand le service "mairie" annonce "recognition_registered" le 2019-05-20 avec
      | child | registered_on |
      | 1     | 2019-05-20    |
    Alors la démarche "recognise_child" (child 1) est faite
