# language: fr
Fonctionnalité: Une rupture conventionnelle
  Quinze jours pour changer d’avis, puis quinze jours ouvrables pour l’administration. Son silence vaut accord. La demande est envoyée par l’employeur, ou par vous : personne d’autre ne l’envoie à votre place.
  Code du travail, art. L1237-13 et L1237-14. Toutes les personnes sont inventées.

  Scénario: Les dates après la signature
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Alors la date "withdrawal_ends" tombe le 2026-05-04
    Et la démarche "withdraw_agreement" peut se faire du 2026-04-17 au 2026-05-04
    Et la démarche "send_agreement" peut se faire à partir du 2026-05-05
    Et la démarche "agreement_approval" est en attente
    Et l’opération "dreets.read_decision" n’est pas demandée

  Scénario: L’une des deux parties se rétracte le dernier jour
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Et on déclare avoir fait "withdraw_agreement" le 2026-05-04
    Et nous sommes le 2026-05-05
    Alors la démarche "withdraw_agreement" est faite
    Et la démarche "send_agreement" est sans objet
    Et le pourquoi de "send_agreement" mentionne "s’est rétractée"
    Et la démarche "agreement_approval" est sans objet
    Et la démarche "register" est sans objet
    Et l’opération "dreets.read_decision" n’est pas demandée

  Scénario: L’employeur envoie la demande, l’administration accepte
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Et nous sommes le 2026-05-05
    Alors la démarche "withdraw_agreement" est perdue
    Et la démarche "send_agreement" est à faire
    Quand le service "dreets" annonce "approval_request_received" le 2026-05-06 avec
      | received_on |
      | 2026-05-06  |
    Et nous sommes le 2026-05-07
    Alors la démarche "send_agreement" est faite
    Et l’opération "dreets.read_decision" est demandée 1 fois
    Et la démarche "agreement_approval" est faite
    Et la démarche "register" est à faire au plus tard le 2027-06-15

  Scénario: L’employeur ne fait rien : le salarié envoie la demande lui-même
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Quand l’évènement est publié le 2026-04-16
    Et on déclare avoir fait "send_agreement" le 2026-05-11
    Et nous sommes le 2026-05-12
    Alors la démarche "send_agreement" est faite
    Et la démarche "agreement_approval" est faite

  Plan du scénario: L’administration se tait quinze jours ouvrables : la rupture est homologuée
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-silent"
    Et dans l’évènement, "agreement_signed_on" vaut <signé>
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Quand l’évènement est publié le <signé>
    Et le service "dreets" annonce "approval_request_received" le <reçu> avec
      | received_on |
      | <reçu>      |
    Alors sans réponse, "agreement_approval" est réputée acceptée le <acquis>
    Quand nous sommes le <acquis>
    Alors la démarche "agreement_approval" est demandée
    Quand nous sommes le <lendemain>
    Alors la démarche "agreement_approval" est réputée acceptée
    Et la loi est celle du <loi>

    Exemples:
      | signé      | fin        | reçu       | acquis     | lendemain  | loi        | pourquoi                           |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | 2026-05-26 | 2026-05-27 | 2025-04-01 | 8, 14 et 25 mai ne comptent pas    |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | 2024-11-16 | 2024-11-17 | 2023-02-01 | 1er et 11 novembre ne comptent pas |

  Plan du scénario: L’administration refuse : le contrat continue, et le refus se conteste douze mois
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "agreement_signed_on" vaut <signé>
    Et dans l’évènement, "contract_ends_on" vaut <fin>
    Et l’opération "dreets.read_decision" refuse avec "<code>"
    Quand l’évènement est publié le <signé>
    Et le service "dreets" annonce "approval_request_received" le <reçu> avec
      | received_on |
      | <reçu>      |
    Alors la démarche "agreement_approval" est refusée
    Et le pourquoi de "agreement_approval" mentionne "<motif>"
    Et on peut contester "agreement_approval" par "labour_court" au plus tard le <jusqu’au>
    Et la démarche "register" est sans objet
    Et la démarche "tell_caf" est sans objet

    Exemples:
      | signé      | fin        | reçu       | code                 | motif                 | jusqu’au   |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | allowance_too_low    | minimum légal         | 2027-05-05 |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | consent_not_free     | consenti librement    | 2027-05-05 |
      | 2026-04-16 | 2026-06-15 | 2026-05-05 | period_not_respected | délai de rétractation | 2027-05-05 |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | allowance_too_low    | minimum légal         | 2025-10-28 |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | consent_not_free     | consenti librement    | 2025-10-28 |
      | 2024-10-10 | 2024-12-02 | 2024-10-28 | period_not_respected | délai de rétractation | 2025-10-28 |

  Scénario: Sous les règles de 2023, le salarié se rétracte à temps
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "agreement_signed_on" vaut 2024-10-10
    Et dans l’évènement, "contract_ends_on" vaut 2024-12-02
    Quand l’évènement est publié le 2024-10-10
    Alors la démarche "withdraw_agreement" peut se faire du 2024-10-11 au 2024-10-25
    Quand le service "employer" annonce "agreement_withdrawn" le 2024-10-18 avec
      | sent_on    |
      | 2024-10-18 |
    Alors la démarche "withdraw_agreement" est faite
    Et la démarche "employer_documents" est sans objet
    Et la démarche "register" est sans objet
    Et la démarche "monthly_update" est sans objet
    Et la démarche "tell_caf" est sans objet

  Scénario: La rétractation arrive trop tard pour être déclarée : la demande suit son cours
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "agreement_signed_on" vaut 2024-10-10
    Et dans l’évènement, "contract_ends_on" vaut 2024-12-02
    Quand l’évènement est publié le 2024-10-10
    Et nous sommes le 2024-10-26
    Alors la démarche "withdraw_agreement" est perdue
    Et la démarche "send_agreement" est à faire
    Quand on déclare avoir fait "send_agreement" le 2024-10-28
    Et nous sommes le 2024-10-29
    Alors la démarche "agreement_approval" est faite

  Scénario: Il manque une page : les quinze jours ouvrables partent du jour où le dossier est complet
    Étant donné l’exemple "agreed_termination" de l’évènement "job_loss"
    Et dans l’évènement, "workers[0].id" vaut "p-silent"
    Quand l’évènement est publié le 2026-04-16
    Et le service "dreets" annonce "approval_request_received" le 2026-05-05 avec
      | received_on |
      | 2026-05-05  |
    Alors sans réponse, "agreement_approval" est réputée acceptée le 2026-05-26
    Quand le service "dreets" annonce "pieces_requested" le 2026-05-07 avec
      | pieces             | until      |
      | "formulaire signé" | 2026-05-22 |
    Alors le délai de réponse de "agreement_approval" ne court pas : il manque "formulaire signé"
    Quand nous sommes le 2026-05-28
    Alors la démarche "agreement_approval" est demandée
    Quand le service "dreets" annonce le 2026-06-02 "pieces_received", arrivé le 2026-06-01, avec
      | received_on |
      | 2026-06-01  |
    Alors sans réponse, "agreement_approval" est réputée acceptée le 2026-06-18
    Quand nous sommes le 2026-06-19
    Alors la démarche "agreement_approval" est réputée acceptée
