# language: en
Feature: Saying only once that one is moving
  The new address goes to the administrations. What is left to do by hand has its date. All the people are invented.

  Scenario: The administrations are told
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    Then the operation "caf.change_address" is requested 1 time
    And the operation "cpam.change_address" is requested 2 times
    And the operation "dgfip.change_address" is requested 1 time
    And the step "tell_caf" is done
    And the step "tell_france_travail" (mover 1) is not applicable

  Scenario: France Travail is told
    Given the example "jobseeker" of the event "move"
    When the event is published on 2026-05-13
    And it is 2026-05-14
    Then the question "jobseeker" is not asked
    And the operation "france_travail.change_address" is requested 1 time
    And the step "tell_france_travail" (mover 1) is done

  Scenario Outline: The time to tell France Travail passes without an answer: 72 hours until 2024, thirty days since
    Given the example "jobseeker" of the event "move"
    And in the event, "moved_on" is <moved>
    And in the event, "movers[0].id" is "p-jobseeker-silent"
    When the event is published on <moved>
    Then the step "tell_france_travail" (mover 1) is due by <due>
    When it is <past>
    Then the step "tell_france_travail" (mover 1) is overdue

    Examples:
      | moved      | due        | past       |
      | 2024-12-31 | 2025-01-03 | 2025-01-04 |
      | 2025-01-01 | 2025-01-31 | 2025-02-01 |
      | 2026-05-13 | 2026-06-12 | 2026-06-13 |

  Scenario: The deposit waits for the new address
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-02-02
    Then the step "deposit_back" is waiting
    When "tell_landlord_address" is declared done on 2026-02-02
    And false is answered to the question "inventory_matches" on 2026-02-02
    Then the step "deposit_back" is due by 2026-03-30
    When the service "landlord" announces "deposit_returned" on 2026-03-12 with
      | returned_on |
      | 2026-03-12  |
    Then the step "deposit_back" is done

  Scenario: Only one month when the inventories match
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-02-02
    And "tell_landlord_address" is declared done on 2026-02-02
    And true is answered to the question "inventory_matches" on 2026-02-02
    Then the step "deposit_back" is due by 2026-02-28
    When it is 2026-03-01
    Then the step "deposit_back" is overdue

  Scenario Outline: Notice is counted backwards
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2025-10-01
    And <ground> is answered to the question "notice_ground" on 2025-10-01
    Then the fact "notice_months" is <months>
    And the step "give_notice" is due by <due>

    Examples:
      | ground      | months | due        |
      | "none"      | 3      | 2025-10-31 |
      | "transfer"  | 1      | 2025-12-31 |
      | "furnished" | 1      | 2025-12-31 |

  Scenario: A residence permit
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And true is answered to the question "has_residence_permit" (mover 2) on 2026-01-12
    Then the step "permit_address" (mover 2) is due by 2026-04-12

  Scenario: The same event is published twice
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And the same event is published again on 2026-01-13
    Then the receipt says "duplicate"
    And there is 1 journey

  Scenario: The move is called off
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-01-13
    And the event is retracted on 2026-01-14
    Then the operation "caf.restore_address" is requested 1 time
    And the operation "cpam.restore_address" is requested 2 times
    And the operation "dgfip.restore_address" is requested 1 time
