# language: fr
Fonctionnalité: Un enfant qui n’a pas vécu
  Ce qui n’a plus lieu d’être s’arrête sans bruit. Personne ne reçoit de félicitations. Ce qui reste dû reste dit.
  Code civil, art. 79-1. Toutes les personnes sont inventées.

  Scénario: Un enfant né sans vie
    Étant donné l’exemple "stillborn" de l’évènement "birth"
    Quand l’évènement est publié le 2026-02-11
    Alors la démarche "declare_birth" (child 1) est sans objet
    Et la démarche "child_benefit" est sans objet
    Et la démarche "welcome" est sans objet
    Et la démarche "lifeless_child_record" (child 1) est à faire
    Et personne n’est prévenu de "welcome"
    Et personne n’est prévenu de "lifeless_child_record" (child 1)
    Et l’opération "pmi.announce_birth" n’est pas demandée

  Scénario: Un enfant mort avant d’être déclaré
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et dans l’évènement, "children[0].outcome" vaut "died"
    Quand l’évènement est publié le 2026-03-05
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-03-09
    Et on est prévenu de "declare_birth" (child 1)
    Et la démarche "declare_death" (child 1) est à faire
    Et la démarche "register_at_cpam" (child 1) est sans objet
    Et personne n’est prévenu de "welcome"

  Scénario: Ce qui était ouvert est refermé sans écrire aux parents
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et nous sommes le 2026-03-07
    Alors la démarche "child_benefit" est faite
    Quand l’évènement est corrigé le 2026-03-08 avec
      | children[0].outcome | "died" |
    Alors l’opération "caf.close_child_benefit" est demandée 1 fois
    Et l’opération "pmi.withdraw_birth" est demandée 1 fois
    Et personne n’est prévenu de "child_benefit"
    Et personne n’est prévenu de "checkup_9_months" (child 1)

  Scénario: Un jumeau né sans vie : les droits de l’autre restent
    Étant donné l’exemple "twins" de l’évènement "birth"
    Et dans l’évènement, "children[1].outcome" vaut "stillborn"
    Quand l’évènement est publié le 2026-03-30
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-04-07
    Et la démarche "declare_birth" (child 2) est sans objet
    Et le fait "dependent_children" est 2
    Et la démarche "welcome" est sans objet
    Et la démarche "checkup_8_days" (child 1) est à faire
    Et la démarche "checkup_8_days" (child 2) est sans objet
