# language: fr
Fonctionnalité: L’adresse de chaque véhicule
  Chaque carte grise se change à part, dans le mois. Pour un véhicule loué, c’est le loueur qu’on prévient.
  Code de la route, art. R322-7. Toutes les personnes sont inventées.

  Scénario: Un véhicule à soi, un véhicule loué
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Alors le reçu dit "started"
    Et la démarche "vehicle_address" (vehicle 1) est à faire au plus tard le 2026-02-12
    Et la démarche "tell_lessor" (vehicle 1) est sans objet
    Et la démarche "vehicle_address" (vehicle 2) est sans objet
    Et la démarche "tell_lessor" (vehicle 2) est à faire au plus tard le 2026-02-12

  Scénario: L’un est fait, l’autre reste à faire
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Quand l’évènement est publié le 2026-01-12
    Et le service "france_titres" annonce "vehicle_address_changed" le 2026-01-20 avec
      | vehicle  | changed_on |
      | "v-clio" | 2026-01-20 |
    Alors la démarche "vehicle_address" (vehicle 1) est faite
    Et la démarche "tell_lessor" (vehicle 2) est à faire
    Quand nous sommes le 2026-02-13
    Alors la démarche "tell_lessor" (vehicle 2) est en retard
    Quand on déclare avoir fait "tell_lessor" (vehicle 2) le 2026-02-14
    Alors la démarche "tell_lessor" (vehicle 2) est faite

  Scénario: On ne demande pas ce que l’État sait déjà
    Étant donné l’exemple "two_vehicles" de l’évènement "move"
    Et dans l’évènement, "vehicles[0].holding" n’est pas dit
    Quand l’évènement est publié le 2026-01-12
    Et nous sommes le 2026-01-13
    Alors l’opération "france_titres.read_vehicle" est demandée 1 fois
    Et la question "holding" n’est pas posée
    Et la démarche "vehicle_address" (vehicle 1) est à faire au plus tard le 2026-02-12
