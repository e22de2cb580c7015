# language: en
Feature: The address of each vehicle
  Each vehicle certificate is changed separately, within a month. For a leased vehicle, the leasing company is told.
  Code de la route, art. R322-7. All the people are invented.

  Scenario: One vehicle owned, one leased
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    Then the receipt says "started"
    And the step "vehicle_address" (vehicle 1) is due by 2026-02-12
    And the step "tell_lessor" (vehicle 1) is not applicable
    And the step "vehicle_address" (vehicle 2) is not applicable
    And the step "tell_lessor" (vehicle 2) is due by 2026-02-12

  Scenario: One is done, the other is still to be done
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And the service "france_titres" announces "vehicle_address_changed" on 2026-01-20 with
      | vehicle  | changed_on |
      | "v-clio" | 2026-01-20 |
    Then the step "vehicle_address" (vehicle 1) is done
    And the step "tell_lessor" (vehicle 2) is to be done
    When it is 2026-02-13
    Then the step "tell_lessor" (vehicle 2) is overdue
    When "tell_lessor" (vehicle 2) is declared done on 2026-02-14
    Then the step "tell_lessor" (vehicle 2) is done

  Scenario: What the State already knows is not asked for
    Given the example "two_vehicles" of the event "move"
    And in the event, "vehicles[0].holding" is not said
    When the event is published on 2026-01-12
    And it is 2026-01-13
    Then the operation "france_titres.read_vehicle" is requested 1 time
    And the question "holding" is not asked
    And the step "vehicle_address" (vehicle 1) is due by 2026-02-12
