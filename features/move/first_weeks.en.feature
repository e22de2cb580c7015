# language: en
Feature: The first weeks in the new home
  The inventory to have corrected, help with moving in, the school, and what owners declare. All the people are invented.
  Law of 6 July 1989, art. 3-2; law of 31 May 1990, art. 6; code de l’éducation, art. L131-5; CGI, art. 1418.

  Scenario: Ten days to have the inventory corrected
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    Then the question "entry_inventory_on" is asked
    When 2026-01-12 is answered to the question "entry_inventory_on" on 2026-01-13
    Then the step "correct_inventory" can be done from 2026-01-12 to 2026-01-22
    And "correct_inventory" can be contested by "mediation"
    When "correct_inventory" is declared done on 2026-01-20
    Then the step "correct_inventory" is done

  Scenario: The eleventh day is too late for the inventory
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And 2026-01-12 is answered to the question "entry_inventory_on" on 2026-01-13
    Then the step "correct_inventory" is to be done
    When it is 2026-01-23
    Then the step "correct_inventory" is lapsed

  Scenario: Help with moving in is there for tenants
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    Then the step "ask_housing_fund" is to be done
    When "ask_housing_fund" is declared done on 2026-01-15
    Then the step "ask_housing_fund" is done
    And the step "declare_occupancy" is not applicable

  Scenario: Two months to borrow the deposit
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    Then the step "ask_deposit_loan" can be done from 2025-10-12 to 2026-03-12
    When "ask_deposit_loan" is declared done on 2026-03-12
    Then the step "ask_deposit_loan" is done

  Scenario: After two months, the deposit can no longer be borrowed
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And it is 2026-03-13
    Then the step "ask_deposit_loan" is lapsed

  Scenario: A child who changes school is enrolled within eight days
    Given the example "two_vehicles" of the event "move"
    When the event is published on 2026-01-12
    And true is answered to the question "changes_school" (child 1) on 2026-01-12
    Then the step "change_school" (child 1) is due by 2026-01-20
    When it is 2026-01-21
    Then the step "change_school" (child 1) is overdue
    When "change_school" (child 1) is declared done on 2026-01-23
    Then the step "change_school" (child 1) is done

  Scenario Outline: Owners say who lives in the home before 1 July of the next year
    Given the example "same_commune" of the event "move"
    And in the event, "moved_on" is <moved>
    And in the event, "old_tenure" is "<left>"
    And in the event, "new_tenure" is "<taken>"
    When the event is published on <moved>
    Then the step "declare_occupancy" is due by <due>
    When it is <past>
    Then the step "declare_occupancy" is overdue
    And "declare_occupancy" can be contested by "tax_complaint"
    When the service "dgfip" announces "occupancy_declared" on <past> with
      | person    | declared_on |
      | "p-denis" | <past>      |
    Then the step "declare_occupancy" is done

    Examples:
      | moved      | left   | taken  | due        | past       |
      | 2025-12-31 | owner  | tenant | 2026-06-30 | 2026-07-01 |
      | 2026-01-01 | owner  | owner  | 2026-06-30 | 2026-07-01 |
      | 2026-01-02 | tenant | owner  | 2027-06-30 | 2027-07-01 |

  Scenario: Declared in time
    Given the example "same_commune" of the event "move"
    When the event is published on 2026-03-31
    And "declare_occupancy" is declared done on 2027-02-15
    Then the step "declare_occupancy" is done

  Scenario: The CAF does not answer about the moving bonus: that is a refusal
    Given the example "large_family" of the event "move"
    And the operation "caf.pay_moving_bonus" stays silent
    When the event is published on 2026-06-05
    And true is answered to the question "main_home" on 2026-06-05
    And "claim_housing_benefit" is declared done on 2026-06-08
    And "claim_moving_bonus" is declared done on 2026-06-20
    Then without an answer, "moving_bonus" is deemed refused on 2026-08-20
    When it is 2026-08-21
    Then the step "moving_bonus" is deemed refused
