# language: en
Feature: After a birth, month after month
  What is done in time, what can be caught up with and what is lost, under today’s law.
  Code du travail, art. L1225-35 and L1225-46-2; code de la santé publique, art. L2132-2 and L3111-2. All the people are invented.

  Scenario: A year in which everything is done in time
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And true is answered to the question "first_common_child" on 2026-03-06
    And the service "employer" announces "leave_taken" on 2026-03-09 with
      | person    | leave   | ended_on   |
      | "p-karim" | "birth" | 2026-03-09 |
    And the service "mairie" announces "birth_registered" on 2026-03-09 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-09    |
    And the service "mairie" announces "surname_recorded" on 2026-03-09 with
      | child | recorded_on |
      | 1     | 2026-03-09  |
    And the service "employer" announces "leave_taken" on 2026-03-13 with
      | person    | leave       | ended_on   |
      | "p-karim" | "mandatory" | 2026-03-13 |
    Then the step "birth_leave" (parent 2) is done
    And the step "mandatory_leave" (parent 2) is done
    And the step "choose_surname" is done
    When "checkup_8_days" (child 1) is declared done on 2026-03-14
    And "tell_tax_office" is declared done on 2026-03-30
    And the service "cpam" announces "paternity_leave_paid" on 2026-07-10 with
      | person    | days | paid_on    |
      | "p-karim" | 25   | 2026-07-10 |
    Then the step "paternity_leave" (parent 2) is done
    And the step "extra_birth_leave" (parent 2) is to be done
    When the service "cpam" announces "extra_birth_leave_paid" on 2026-10-15 with
      | person    | paid_on    |
      | "p-karim" | 2026-10-15 |
    And "checkup_9_months" (child 1) is declared done on 2026-12-01
    And "vaccinate" (child 1) is declared done on 2027-06-15
    Then the step "extra_birth_leave" (parent 2) is done
    And the step "checkup_9_months" (child 1) is done
    And the step "vaccinate" (child 1) is done
    When it is 2028-02-06
    Then the step "checkup_24_months" (child 1) is to be done
    And the journey goes on

  Scenario: The extra leave waits until paternity leave has been taken
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And it is 2026-07-01
    Then the step "extra_birth_leave" (parent 2) is waiting
    And the step "extra_birth_leave" (parent 1) is to be done

  Scenario Outline: From when, after maternity leave, and until when the extra leave can be taken
    Given a birth on <born> in Lyon (69123)
    And in the event, "due_on" is <due>
    When the event is published on <born>
    Then the step "extra_birth_leave" (parent 1) can be done from <from> to <to>

    Examples:
      | born       | due        | from       | to         | why                                         |
      | 2026-06-30 | 2026-07-05 | 2026-09-08 | 2027-03-31 | born in the first half-year: the transition |
      | 2026-07-01 | 2026-06-28 | 2026-09-09 | 2027-03-31 | born later: nine months                     |
      | 2026-09-30 | 2026-10-04 | 2026-12-09 | 2027-06-29 | nine months, the day of birth counted       |

  Scenario: The extra leave is lost after its last day
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And it is 2027-03-31
    Then the step "extra_birth_leave" (parent 1) is to be done
    When it is 2027-04-01
    Then the step "extra_birth_leave" (parent 1) is lapsed

  Scenario: The employer refuses the extra leave: nothing allows it
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And it is 2026-07-01
    Then the step "extra_birth_leave" (parent 1) cites "Code du travail, art. L1225-46-2"
    And "extra_birth_leave" (parent 1) can be contested by "labour_court"

  Scenario Outline: The employer refuses birth or paternity leave: the labour court
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    And it is <day>
    Then "birth_leave" (parent 2) can be contested by "labour_court"
    And "paternity_leave" (parent 2) can be contested by "labour_court"

    Examples:
      | born       | day        |
      | 2019-05-14 | 2019-05-15 |
      | 2026-03-06 | 2026-03-16 |

  Scenario: The child in hospital: thirty days together, then they are over
    Given the example "triplets" of the event "birth"
    When the event is published on 2026-05-10
    Then the date "birth_leave_ends" is 2026-05-12
    And the step "hospital_leave" (parent 2) can be done from 2026-05-17 to 2026-06-15
    When it is 2026-06-16
    Then the step "hospital_leave" (parent 2) is lapsed
    And "hospital_leave" (parent 2) can be contested by "labour_court"
    And "mandatory_leave" (parent 2) can be contested by "labour_court"
    And the step "paternity_leave" (parent 2) is to be done

  Scenario: The hospital leave is taken
    Given the example "triplets" of the event "birth"
    When the event is published on 2026-05-10
    And the service "employer" announces "leave_taken" on 2026-06-12 with
      | person   | leave      | ended_on   |
      | "p-axel" | "hospital" | 2026-06-12 |
    Then the step "hospital_leave" (parent 2) is done

  Scenario: A child registered by a ruling three years later: the basic allowance is lost
    Given a birth on 2022-03-04 in Lyon (69123)
    When the event is published on 2022-03-05
    And it is 2022-03-10
    And "ask_for_ruling" (child 1) is declared done on 2024-11-04
    And the service "tribunal" announces "birth_ruling_given" on 2025-03-20 with
      | child | given_on   |
      | 1     | 2025-03-20 |
    And the service "mairie" announces "ruling_recorded" on 2025-03-27 with
      | child | act_number  | recorded_on |
      | 1     | "2025-0099" | 2025-03-27  |
    Then the step "record_birth" (child 1) is done
    And the step "base_allowance" (child 1) is lapsed

  Scenario: Two years without a check-up: it is still to be done, and the PMI can still see the child
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And it is 2028-04-07
    Then the step "checkup_24_months" (child 1) is overdue
    And the step "vaccinate" (child 1) is overdue
    When the service "pmi" announces "certificate_received" on 2028-04-20 with
      | child | exam       | received_on |
      | 1     | "month_24" | 2028-04-20  |
    Then the step "checkup_24_months" (child 1) is done

  Scenario: A record of a stillborn child, and a death to register: each has its own step
    Given the example "twins" of the event "birth"
    And in the event, "children[0].outcome" is "died"
    And in the event, "children[1].outcome" is "stillborn"
    When the event is published on 2026-03-30
    Then the step "bereavement_support" is done
    And nobody is told about "bereavement_support"
    When the service "mairie" announces "death_registered" on 2026-03-31 with
      | child | registered_on |
      | 1     | 2026-03-31    |
    And "lifeless_child_record" (child 2) is declared done on 2026-04-20
    Then the step "declare_death" (child 1) is done
    And the step "lifeless_child_record" (child 2) is done
    And nobody is told about "lifeless_child_record" (child 2)
