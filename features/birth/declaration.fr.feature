# language: fr
Fonctionnalité: Déclarer une naissance
  Une naissance se déclare dans les cinq jours à la mairie du lieu de naissance. Le jour de la naissance ne compte pas.
  Si le dernier jour tombe un samedi, un dimanche ou un jour férié, le délai va jusqu’au prochain jour de semaine non férié.
  Code civil, art. 55 ; décret n° 2017-278 du 2 mars 2017. Toutes les personnes sont inventées.

  Scénario: Une naissance ordinaire
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors le reçu dit "started"
    Et la loi est celle du 2021-07-01
    Et la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-03-09
    Et la démarche "record_birth" (child 1) est à faire
    Et la démarche "register_at_cpam" (child 1) est en attente
    Et on est prévenu de "welcome"

  Scénario: La mairie enregistre la naissance, et le reste suit sans rien demander
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "declare_birth" (child 1) est faite
    Et la démarche "record_birth" (child 1) est faite
    Et l’opération "cpam.register_child" est demandée 1 fois
    Et l’opération "pmi.announce_birth" est demandée 1 fois
    Et l’opération "caf.open_child_benefit" est demandée 1 fois
    Et l’opération "dgfip.announce_birth" est demandée 1 fois

  Plan du scénario: Le dernier jour dépend du calendrier de la mairie
    Étant donné une naissance le <né le> à <à> (<code>)
    Quand l’évènement est publié le <né le>
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le <au plus tard>

    Exemples:
      | né le      | à          | code  | au plus tard | pourquoi                               |
      | 2026-03-04 | Lyon       | 69123 | 2026-03-09   | cinq jours, le dernier est un lundi    |
      | 2026-03-02 | Lyon       | 69123 | 2026-03-09   | le dernier jour est un samedi          |
      | 2026-04-30 | Lyon       | 69123 | 2026-05-05   | un jour férié au milieu n’allonge rien |
      | 2026-03-31 | Lyon       | 69123 | 2026-04-07   | dimanche et lundi de Pâques            |
      | 2026-05-09 | Lyon       | 69123 | 2026-05-15   | jeudi de l’Ascension                   |
      | 2024-02-24 | Lyon       | 69123 | 2024-02-29   | année bissextile                       |
      | 2025-12-21 | Lyon       | 69123 | 2025-12-26   | le 26 décembre est travaillé           |
      | 2025-12-21 | Strasbourg | 67482 | 2025-12-29   | le 26 décembre est férié en Alsace     |
      | 2026-03-29 | Lyon       | 69123 | 2026-04-03   | le Vendredi saint est travaillé        |
      | 2026-03-29 | Strasbourg | 67482 | 2026-04-07   | Vendredi saint férié, puis Pâques      |

  Scénario: Une naissance dans une commune isolée de Guyane
    Étant donné l’exemple "remote_commune" de l’évènement "birth"
    Quand l’évènement est publié le 2026-06-02
    Alors le fait "declaration_days" est 8
    Et la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-06-11

  Scénario: La même semaine à Cayenne, qui n’est pas sur la liste
    Étant donné une naissance le 2026-06-02 à Cayenne (97302)
    Quand l’évènement est publié le 2026-06-02
    Alors le fait "declaration_days" est 5
    Et la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-06-08

  Scénario: Le délai est manqué, il faut un jugement
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et nous sommes le 2026-03-10
    Alors la démarche "declare_birth" (child 1) est perdue
    Et la démarche "ask_for_ruling" (child 1) est à faire
    Et la démarche "give_ruling" (child 1) est en attente
    Et la démarche "ask_for_ruling" (child 1) cite "Code civil, art. 55"
    Quand on déclare avoir fait "ask_for_ruling" (child 1) le 2026-03-16
    Et le service "tribunal" annonce "birth_ruling_given" le 2026-06-15 avec
      | child | given_on   |
      | 1     | 2026-06-15 |
    Et le service "mairie" annonce "ruling_recorded" le 2026-06-22 avec
      | child | act_number  | recorded_on |
      | 1     | "2026-0099" | 2026-06-22  |
    Alors la démarche "give_ruling" (child 1) est faite
    Et la démarche "record_birth" (child 1) est faite
    Et l’opération "cpam.register_child" est demandée 1 fois

  Scénario: Le dernier jour, rien n’est encore perdu
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et nous sommes le 2026-03-09
    Alors la démarche "declare_birth" (child 1) est à faire
    Et la démarche "ask_for_ruling" (child 1) est sans objet

  Scénario: On apprend plus tard que la naissance avait été déclarée à temps
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et nous sommes le 2026-03-10
    Alors la démarche "ask_for_ruling" (child 1) est à faire
    Quand le service "mairie" annonce le 2026-03-12 "birth_registered", arrivé le 2026-03-06, avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "declare_birth" (child 1) est faite
    Et la démarche "ask_for_ruling" (child 1) est sans objet
    Et l’opération "tribunal.withdraw_late_birth" est demandée 1 fois

  Scénario: Des parents qui ne sont pas mariés
    Étant donné l’exemple "unmarried_parents" de l’évènement "birth"
    Quand l’évènement est publié le 2026-01-16
    Alors la démarche "recognise_child" (child 1) est à faire
    Quand le service "mairie" annonce "recognition_registered" le 2026-01-16 avec
      | child | registered_on |
      | 1     | 2026-01-16    |
    Alors la démarche "recognise_child" (child 1) est faite

  Scénario: Le choix du nom n’est proposé que pour le premier enfant commun
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors la question "first_common_child" est posée
    Quand on répond faux à la question "first_common_child" le 2026-03-05
    Alors la démarche "choose_surname" est sans objet

  Scénario: L’officier d’état civil dresse l’acte avant que la mairie l’annonce : aucun tribunal n’est saisi
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et un agent accepte "record_birth" (child 1) le 2026-03-06
    Alors la démarche "record_birth" (child 1) est faite
    Et la démarche "declare_birth" (child 1) est sans objet
    Et l’opération "cpam.register_child" est demandée 1 fois
    Quand nous sommes le 2026-03-20
    Alors la démarche "ask_for_ruling" (child 1) est sans objet
    Et l’opération "tribunal.announce_late_birth" n’est pas demandée

  Scénario: Un agent note l’acte après coup, quand le délai est passé : le tribunal est prévenu que ce n’est plus la peine
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et nous sommes le 2026-03-10
    Alors l’opération "tribunal.announce_late_birth" est demandée 1 fois
    Quand un agent accepte "record_birth" (child 1) le 2026-03-06
    Alors la démarche "ask_for_ruling" (child 1) est sans objet
    Et l’opération "tribunal.withdraw_late_birth" est demandée 1 fois

  Scénario: Un agent note l’acte dressé après le jugement : rien n’est annulé
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et nous sommes le 2026-06-22
    Et un agent accepte "record_birth" (child 1) le 2026-06-22
    Alors la démarche "record_birth" (child 1) est faite
    Et la démarche "declare_birth" (child 1) est perdue
    Et l’opération "tribunal.withdraw_late_birth" n’est pas demandée
