# language: fr
Fonctionnalité: Corriger, répéter, retirer
  Une erreur se corrige sans rien recommencer. Un envoi en double ne compte qu’une fois. Toutes les personnes sont inventées.

  Scénario: La date de naissance est corrigée avant la déclaration
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Alors la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-03-09
    Quand l’évènement est corrigé le 2026-03-06 avec
      | born_on             | 2026-03-05 |
      | children[0].born_on | 2026-03-05 |
    Alors le reçu dit "corrected"
    Et il y a 1 parcours
    Et la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-03-10
    Et la date "birth_leave_ends" tombe le 2026-03-07

  Scénario: La date est corrigée après la déclaration : elle n’est pas à refaire
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et l’évènement est corrigé le 2026-03-20 avec
      | born_on             | 2026-03-03 |
      | children[0].born_on | 2026-03-03 |
    Alors le reçu dit "corrected"
    Et la démarche "declare_birth" (child 1) est faite
    Et la démarche "paternity_leave" (parent 2) peut se faire du 2026-03-10 au 2026-09-03

  Scénario: La correction fait passer la naissance sous une autre loi
    Étant donné une naissance le 2021-06-30 à Paris (75114)
    Et dans l’évènement, "due_on" vaut 2021-06-25
    Quand l’évènement est publié le 2021-07-02
    Alors la valeur "paternity_days" est 11
    Quand l’évènement est corrigé le 2021-07-05 avec
      | born_on             | 2021-07-01 |
      | children[0].born_on | 2021-07-01 |
    Alors la loi est celle du 2021-07-01
    Et la valeur "paternity_days" est 25

  Scénario: Le même évènement est publié deux fois
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le même évènement est publié de nouveau le 2026-03-06
    Alors le reçu dit "duplicate"
    Et il y a 1 parcours
    Et la démarche "declare_birth" (child 1) est à faire au plus tard le 2026-03-09

  Scénario: L’évènement est retiré : ce qui a été ouvert est refermé
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et nous sommes le 2026-03-07
    Alors la démarche "child_benefit" est faite
    Quand l’évènement est retiré le 2026-03-08
    Alors l’opération "caf.close_child_benefit" est demandée 1 fois
    Et l’opération "cpam.unregister_child" est demandée 1 fois
    Et l’opération "pmi.withdraw_birth" est demandée 1 fois
    Et l’opération "dgfip.withdraw_birth" est demandée 1 fois
