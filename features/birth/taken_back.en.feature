# language: en
Feature: Taking back what was done
  A correction or a withdrawal takes back, service by service, what no longer has a reason. Nothing is wiped from the history.
  Code civil, art. 99-1; code de procédure civile, art. 1047. All the people are invented.

  Scenario Outline: The event was a mistake: each service takes back what it did
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    And the service "mairie" announces "birth_registered" on <registered> with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <registered>  |
    And "paternity_leave" (parent 2) is declared done on <leave>
    Then the step "record_leave" (parent 2) is done
    And the step "paternity_allowance" (parent 2) is done
    When the event is retracted on <retracted>
    Then the receipt says "retracted"
    And the journey is withdrawn
    And the operation "cpam.close_paternity_allowance" is requested 1 time
    And the operation "employer.cancel_leave" is requested 1 time
    And the operation "caf.close_child_benefit" is requested 1 time
    And the operation "caf.close_base_allowance" is requested 1 time
    And the operation "cpam.unregister_child" is requested 1 time
    And the operation "pmi.withdraw_birth" is requested 1 time
    And the operation "dgfip.withdraw_birth" is requested 1 time
    And the step "paternity_allowance" (parent 2) is cancelled

    Examples:
      | born       | registered | leave      | retracted  |
      | 2019-05-14 | 2019-05-16 | 2019-05-20 | 2019-05-24 |
      | 2026-03-04 | 2026-03-06 | 2026-03-16 | 2026-03-24 |

  Scenario: The leave is taken already: taking it back becomes an incident, which an agent settles by hand
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "employer.cancel_leave" refuses with "already_taken"
    When the event is published on 2026-03-05
    And "paternity_leave" (parent 2) is declared done on 2026-03-16
    Then the step "record_leave" (parent 2) is done
    When the event is retracted on 2026-03-24
    Then the step "record_leave" (parent 2) is an incident
    When an agent accepts "record_leave" (parent 2) on 2026-03-26
    Then the step "record_leave" (parent 2) is cancelled

  Scenario: The parent was not an employee: the leave and its allowance fall, the rest remains
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And "paternity_leave" (parent 2) is declared done on 2026-03-16
    And an agent records that the fact "employee" (parent 2) is false on 2026-03-20
    Then the operation "cpam.close_paternity_allowance" is requested 1 time
    And the operation "employer.cancel_leave" is requested 1 time
    And the step "child_benefit" is done
    And the operation "caf.close_child_benefit" is not requested

  Scenario Outline: The birth had been registered in time: the report to the court is withdrawn
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    And it is <too late>
    Then the step "tell_prosecutor" (child 1) is done
    When the service "mairie" announces on <learnt> "birth_registered", which happened on <registered>, with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <registered>  |
    Then the step "declare_birth" (child 1) is done
    And the operation "tribunal.withdraw_late_birth" is requested 1 time
    And the step "tell_prosecutor" (child 1) is cancelled
    And the step "ask_for_ruling" (child 1) is not applicable

    Examples:
      | born       | too late   | learnt     | registered |
      | 2019-05-14 | 2019-05-21 | 2019-05-23 | 2019-05-17 |
      | 2026-03-04 | 2026-03-10 | 2026-03-12 | 2026-03-06 |

  Scenario: Only one dependent child after all: the benefit stops
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "child_benefit" is done
    When an agent records that the fact "older_children" is 0 on 2026-03-20
    Then the operation "caf.close_child_benefit" is requested 1 time
    And the step "child_benefit" is cancelled
    And the step "base_allowance" (child 1) is done

  Scenario: The date of birth is corrected: the CAF is told, the registration stands
    Given a birth on 2026-03-31 in Lyon (69123)
    When the event is published on 2026-03-31
    And the service "mairie" announces "birth_registered" on 2026-04-02 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-04-02    |
    Then the step "child_benefit" counts from 2026-04-01
    When the event is corrected on 2026-04-10 with
      | born_on             | 2026-04-01 |
      | children[0].born_on | 2026-04-01 |
    Then the step "declare_birth" (child 1) is done
    And the step "child_benefit" counts from 2026-05-01
    And the operation "caf.close_child_benefit" is requested 1 time
    And the operation "caf.open_child_benefit" is requested 2 times
    And the operation "caf.open_child_benefit" is requested with
      | from | 2026-05-01 |

  Scenario: A right declined, then wanted
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And "paternity_leave" (parent 2) is declined on 2026-03-16
    Then the step "paternity_leave" (parent 2) is declined
    When "paternity_leave" (parent 2) is wanted after all on 2026-04-01
    Then the step "paternity_leave" (parent 2) is to be done
