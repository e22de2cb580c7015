# language: fr
Fonctionnalité: Une rupture conventionnelle
  Quinze jours pour changer d’avis, puis quinze jours ouvrables pour l’administration. Son silence vaut accord.
  Code du travail, art. L1237-13 et L1237-14. Toutes les personnes sont inventées.

  Scénario: Les dates après la signature
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Alors la date "withdrawal_ends" tombe le 2026-05-04
    Et la démarche "withdraw_agreement" peut se faire du 2026-04-17 au 2026-05-04
    Et la démarche "agreement_approval" peut se faire à partir du 2026-05-05
    Et l’opération "dreets.request_approval" n’est pas demandée

  Scénario: L’un des deux se rétracte le dernier jour
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Et on déclare avoir fait "withdraw_agreement" le 2026-05-04
    Et nous sommes le 2026-05-05
    Alors la démarche "withdraw_agreement" est faite
    Et la démarche "agreement_approval" est sans objet
    Et la démarche "register" est sans objet
    Et l’opération "dreets.request_approval" n’est pas demandée

  Scénario: Le délai de rétractation passe
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Et nous sommes le 2026-05-05
    Alors la démarche "withdraw_agreement" est perdue
    Et l’opération "dreets.request_approval" est demandée 1 fois

  Scénario: L’administration se tait quinze jours ouvrables : c’est homologué
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-silent"
    Quand l’évènement est publié le 2026-04-16
    Et nous sommes le 2026-05-26
    Alors la démarche "agreement_approval" est demandée
    Quand nous sommes le 2026-05-27
    Alors la démarche "agreement_approval" est réputée acceptée
    Et la démarche "register" est à faire au plus tard le 2027-06-15

  Scénario: L’administration refuse : le contrat continue
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-refused"
    Quand l’évènement est publié le 2026-04-16
    Et nous sommes le 2026-05-06
    Alors la démarche "agreement_approval" est refusée
    Et on peut contester "agreement_approval" par "labour_court" au plus tard le 2027-05-05
    Et la démarche "register" est sans objet
