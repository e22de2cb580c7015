# language: fr
Fonctionnalité: Défaire ce qui a été fait
  Une correction ou un retrait défait, service par service, ce qui n’a plus de raison d’être. Rien n’est effacé de l’histoire.
  Code civil, art. 99-1 ; code de procédure civile, art. 1047. Toutes les personnes sont inventées.

  Plan du scénario: L’évènement était une erreur : chaque service reprend ce qu’il a fait
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Et le service "mairie" annonce "birth_registered" le <déclaré> avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <déclaré>     |
    Et on déclare avoir fait "paternity_leave" (parent 2) le <congé>
    Alors la démarche "record_leave" (parent 2) est faite
    Et la démarche "paternity_allowance" (parent 2) est faite
    Quand l’évènement est retiré le <retiré>
    Alors le reçu dit "retracted"
    Et le parcours est retiré
    Et l’opération "cpam.close_paternity_allowance" est demandée 1 fois
    Et l’opération "employer.cancel_leave" est demandée 1 fois
    Et l’opération "caf.close_child_benefit" est demandée 1 fois
    Et l’opération "caf.close_base_allowance" est demandée 1 fois
    Et l’opération "cpam.unregister_child" est demandée 1 fois
    Et l’opération "pmi.withdraw_birth" est demandée 1 fois
    Et l’opération "dgfip.withdraw_birth" est demandée 1 fois
    Et la démarche "paternity_allowance" (parent 2) est annulée

    Exemples:
      | né le      | déclaré    | congé      | retiré     |
      | 2019-05-14 | 2019-05-16 | 2019-05-20 | 2019-05-24 |
      | 2026-03-04 | 2026-03-06 | 2026-03-16 | 2026-03-24 |

  Scénario: Le congé est déjà pris : l’annulation devient un incident, qu’un agent règle à la main
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Et l’opération "employer.cancel_leave" refuse avec "already_taken"
    Quand l’évènement est publié le 2026-03-05
    Et on déclare avoir fait "paternity_leave" (parent 2) le 2026-03-16
    Alors la démarche "record_leave" (parent 2) est faite
    Quand l’évènement est retiré le 2026-03-24
    Alors la démarche "record_leave" (parent 2) est en incident
    Quand un agent accepte "record_leave" (parent 2) le 2026-03-26
    Alors la démarche "record_leave" (parent 2) est annulée

  Scénario: Le parent n’était pas salarié : son congé et ses indemnités tombent, le reste demeure
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Et on déclare avoir fait "paternity_leave" (parent 2) le 2026-03-16
    Et un agent note que le fait "employee" (parent 2) est faux le 2026-03-20
    Alors l’opération "cpam.close_paternity_allowance" est demandée 1 fois
    Et l’opération "employer.cancel_leave" est demandée 1 fois
    Et la démarche "child_benefit" est faite
    Et l’opération "caf.close_child_benefit" n’est pas demandée

  Plan du scénario: La déclaration avait été faite à temps : le signalement au tribunal est retiré
    Étant donné une naissance le <né le> à Lyon (69123)
    Quand l’évènement est publié le <né le>
    Et nous sommes le <trop tard>
    Alors la démarche "tell_prosecutor" (child 1) est faite
    Quand le service "mairie" annonce le <appris> "birth_registered", arrivé le <déclaré>, avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <déclaré>     |
    Alors la démarche "declare_birth" (child 1) est faite
    Et l’opération "tribunal.withdraw_late_birth" est demandée 1 fois
    Et la démarche "tell_prosecutor" (child 1) est annulée
    Et la démarche "ask_for_ruling" (child 1) est sans objet

    Exemples:
      | né le      | trop tard  | appris     | déclaré    |
      | 2019-05-14 | 2019-05-21 | 2019-05-23 | 2019-05-17 |
      | 2026-03-04 | 2026-03-10 | 2026-03-12 | 2026-03-06 |

  Scénario: Un seul enfant à charge, finalement : les allocations s’arrêtent
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et le service "mairie" annonce "birth_registered" le 2026-03-06 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Alors la démarche "child_benefit" est faite
    Quand un agent note que le fait "older_children" est 0 le 2026-03-20
    Alors l’opération "caf.close_child_benefit" est demandée 1 fois
    Et la démarche "child_benefit" est annulée
    Et la démarche "base_allowance" (child 1) est faite

  Scénario: La date de naissance est corrigée : la CAF est prévenue, la déclaration reste faite
    Étant donné une naissance le 2026-03-31 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-31
    Et le service "mairie" annonce "birth_registered" le 2026-04-02 avec
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-04-02    |
    Alors la démarche "child_benefit" compte à partir du 2026-04-01
    Quand l’évènement est corrigé le 2026-04-10 avec
      | born_on             | 2026-04-01 |
      | children[0].born_on | 2026-04-01 |
    Alors la démarche "declare_birth" (child 1) est faite
    Et la démarche "child_benefit" compte à partir du 2026-05-01
    Et l’opération "caf.close_child_benefit" est demandée 1 fois
    Et l’opération "caf.open_child_benefit" est demandée 2 fois
    Et l’opération "caf.open_child_benefit" est demandée avec
      | from | 2026-05-01 |

  Scénario: Un droit décliné, puis voulu
    Étant donné une naissance le 2026-03-04 à Lyon (69123)
    Quand l’évènement est publié le 2026-03-05
    Et on décline "paternity_leave" (parent 2) le 2026-03-16
    Alors la démarche "paternity_leave" (parent 2) est déclinée
    Quand on veut finalement "paternity_leave" (parent 2) le 2026-04-01
    Alors la démarche "paternity_leave" (parent 2) est à faire
