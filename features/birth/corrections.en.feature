# language: en
Feature: Correcting, repeating, retracting
  A mistake is corrected without starting again. Something sent twice counts once. All the people are invented.

  Scenario: The date of birth is corrected before registration
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the step "declare_birth" (child 1) is due by 2026-03-09
    When the event is corrected on 2026-03-06 with
      | born_on             | 2026-03-05 |
      | children[0].born_on | 2026-03-05 |
    Then the receipt says "corrected"
    And there is 1 journey
    And the step "declare_birth" (child 1) is due by 2026-03-10
    And the date "birth_leave_ends" is 2026-03-07

  Scenario: The date is corrected after registration: it need not be done again
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And the event is corrected on 2026-03-20 with
      | born_on             | 2026-03-03 |
      | children[0].born_on | 2026-03-03 |
    Then the receipt says "corrected"
    And the step "declare_birth" (child 1) is done
    And the step "paternity_leave" (parent 2) can be done from 2026-03-10 to 2026-09-03

  Scenario: The correction brings the birth under another law
    Given a birth on 2021-06-30 in Paris (75114)
    And in the event, "due_on" is 2021-06-25
    When the event is published on 2021-07-02
    Then the value "paternity_days" is 11
    When the event is corrected on 2021-07-05 with
      | born_on             | 2021-07-01 |
      | children[0].born_on | 2021-07-01 |
    Then the law is that of 2021-07-01
    And the value "paternity_days" is 25

  Scenario: The same event is published twice
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the same event is published again on 2026-03-06
    Then the receipt says "duplicate"
    And there is 1 journey
    And the step "declare_birth" (child 1) is due by 2026-03-09

  Scenario: The event is retracted: what was opened is closed
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And it is 2026-03-07
    Then the step "child_benefit" is done
    When the event is retracted on 2026-03-08
    Then the operation "caf.close_child_benefit" is requested 1 time
    And the operation "cpam.unregister_child" is requested 1 time
    And the operation "pmi.withdraw_birth" is requested 1 time
    And the operation "dgfip.withdraw_birth" is requested 1 time
