# language: fr
Fonctionnalité: Au guichet, et entre services
  Un agent note, une administration certifie, un envoi se répète ou se contredit : tout est gardé, rien n’est compté deux fois.
  CRPA, art. L113-12, L114-8 et L123-1. Toutes les personnes sont inventées.

  Scénario: L’agent de la mairie note la déclaration faite au guichet
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et 2 jours passent
    Et un agent note que "declare_birth" (child 1) est faite le 2026-03-07
    Alors la démarche "declare_birth" (child 1) est faite
    Et la démarche "declare_birth" (child 1) a été faite le 2026-03-07

  Scénario: Deux administrations ne disent pas la même chose : un agent tranche
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "caf.read_household" répond avec
      | dependent_children | resources_under_ceiling |
      | 2                  | faux                    |
    Quand l’évènement est publié le 2026-03-05
    Alors le fait "older_children" est 2
    Et le fait "older_children" vient de "caf"
    Et la démarche "base_allowance" (child 1) est sans objet
    Quand le service "dgfip" certifie que le fait "older_children" est 1 le 2026-03-07
    Alors le fait "older_children" est 1
    Et le fait "older_children" vient de "dgfip"
    Et le fait "dependent_children" est 2

  Scénario: La question est posée une fois, au bon parent
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors la question "first_common_child" est posée au rôle "parent"
    Quand 1 mois passe
    Et 2 jours ouvrables passent
    Alors la question "first_common_child" a été posée 1 fois en tout

  Scénario: Le même nom, un autre contenu : c’est un conflit, et rien ne change
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et un autre évènement est publié sous le même nom le 2026-03-06 avec
      | union | "none" |
    Alors le reçu dit "conflict"
    Et rien ne change
    Et il y a 1 parcours

  Scénario: Une date qui n’existe pas : l’envoi est refusé, et dit pourquoi
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et dans l’évènement, "children[0].born_on" vaut "2026-02-30"
    Quand l’évènement est publié le 2026-03-05
    Alors le reçu dit "rejected"
    Et le reçu explique "a day that exists"
    Et il y a 0 parcours

  Scénario: Deux familles, deux parcours
    Étant donné une naissance le 2026-03-04
    Quand l’évènement est publié le 2026-03-05
    Étant donné l’exemple "twins" de l’évènement "birth"
    Quand l’évènement est publié le 2026-03-30
    Alors il y a 2 parcours
    Quand on regarde le parcours de "p-claire"
    Alors la démarche "declare_birth" (child 1) est perdue
    Quand on regarde le parcours de "p-elise"
    Alors la démarche "declare_birth" (child 2) est à faire

  Scénario: Une réponse ne change que ce qui en dépend
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors la démarche "choose_surname" est en attente
    Quand on répond vrai à la question "first_common_child" le 2026-03-05
    Alors la démarche "choose_surname" n’est plus en attente
    Et rien d’autre ne change

  Scénario: Tant que la loi n’est pas certaine, aucun service n’agit
    Étant donné une naissance le 2021-06-30 à Paris (75114)
    Et dans l’évènement, "due_on" n’est pas dit
    Quand l’évènement est publié le 2021-07-01
    Et le service "mairie" annonce "birth_registered" le 2021-07-02 avec
      | child | act_number  | registered_on |
      | 1     | "2021-0042" | 2021-07-02    |
    Alors la loi est provisoire
    Et la démarche "child_benefit" est provisoire
    Et l’opération "caf.open_child_benefit" n’est pas demandée
    Quand on répond 2021-07-10 à la question "due_on" le 2021-07-03
    Alors la loi est certaine
    Et l’opération "caf.open_child_benefit" est demandée 1 fois
