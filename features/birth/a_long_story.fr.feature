# language: fr
Fonctionnalité: Deux ans de la vie d’une famille
  Un parcours dure des mois. Rien ne s’y perd, et ce qu’une personne veut voir oublié l’est. Toutes les personnes sont inventées.

  Scénario: De la naissance au deuxième anniversaire
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et on répond vrai à la question "first_common_child" le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "declare_birth" (child 1) a été faite le 2026-03-06
    Et la démarche "checkup_9_months" (child 1) est en attente
    Quand nous sommes le 2026-12-05
    Alors la démarche "checkup_9_months" (child 1) est en retard
    Et la démarche "checkup_24_months" (child 1) est en attente
    Quand on déclare avoir fait "checkup_9_months" (child 1) le 2026-12-07
    Alors la démarche "checkup_9_months" (child 1) est faite
    Quand nous sommes le 2028-02-20
    Alors la démarche "checkup_24_months" (child 1) est à faire au plus tard le 2028-04-04
    Quand on déclare avoir fait "checkup_24_months" (child 1) le 2028-03-20
    Alors la démarche "checkup_24_months" (child 1) est faite

  Scénario: Ce qu’une administration atteste est contesté, puis un agent tranche
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.open_child_benefit" répond après 30 jours
    Quand l’évènement est publié le 2026-03-05
    Alors le fait "older_children" est 1
    Et le fait "older_children" vient de "caf"
    Quand le fait "older_children" est contesté le 2026-03-07
    Alors le fait "older_children" est en litige
    Quand un agent note que le fait "older_children" est 2 le 2026-03-10
    Alors le fait "older_children" est 2
    Et le fait "older_children" vient de "agent"

  Scénario: Une obligation ne se décline pas
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et on décline "declare_birth" (child 1) le 2026-03-06
    Alors cela n’est pas accepté : "une obligation ne se décline pas"
    Et la démarche "declare_birth" (child 1) est à faire

  Scénario: La personne est oubliée, et on ne lui redemande rien
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors le fait "older_children" est 1
    Quand la personne "p-claire" est oubliée le 2026-06-01
    Alors le fait "older_children" a été effacé
    Quand nous sommes le 2026-09-01
    Alors la question "older_children" n’est pas posée
