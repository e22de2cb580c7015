# language: en
Feature: The parents’ leave
  The length of paternity leave depends on the law of the day the child was born, or of the day the child was expected.
  Code du travail, art. L1225-35, L1225-46-2, L3142-1. All the people are invented.

  Scenario Outline: On either side of 1 July 2021
    Given a birth on <born> in Paris (75114)
    And in the event, "due_on" is <due>
    When the event is published on 2021-07-05
    Then the law is that of <law>
    And the value "paternity_days" is <days>

    Examples:
      | born       | due        | law        | days |
      | 2021-06-30 | 2021-06-25 | 2016-11-20 | 11   |
      | 2021-06-30 | 2021-07-10 | 2021-07-01 | 25   |
      | 2021-07-01 | 2021-07-10 | 2021-07-01 | 25   |
      | 2021-07-02 | 2021-06-20 | 2021-07-01 | 25   |

  Scenario: The expected date is not said: the CPAM knows it
    Given the example "premature" of the event "birth"
    And in the event, "due_on" is not said
    When the event is published on 2021-07-01
    Then the operation "cpam.read_pregnancy" is requested 1 time
    And the question "due_on" is not asked
    And the fact "due_on" is 2021-07-10
    And the value "paternity_days" is 25

  Scenario: The CPAM does not know it: the parents are asked
    Given a birth on 2021-06-30 in Paris (75114)
    And in the event, "due_on" is not said
    When the event is published on 2021-07-01
    Then the question "due_on" is asked
    When 2021-07-10 is answered to the question "due_on" on 2021-07-02
    Then the law is that of 2021-07-01
    And the value "paternity_days" is 25

  Scenario: After the reform the expected date changes nothing and is not asked for
    Given a birth on 2024-05-14 in Paris (75114)
    And in the event, "due_on" is not said
    When the event is published on 2024-05-15
    Then the law is that of 2021-07-01
    And the question "due_on" is not asked
    And the value "paternity_days" is 25

  Scenario: Three working days, then four compulsory days
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    Then the date "birth_leave_ends" is 2026-03-09
    And the step "mandatory_leave" (parent 2) can be done from 2026-03-10 to 2026-03-13
    And the step "paternity_leave" (parent 2) can be done from 2026-03-14 to 2026-09-06

  Scenario: A Sunday does not count
    Given a birth on 2026-03-08 in Lyon (69123)
    When the event is published on 2026-03-08
    Then the date "birth_leave_ends" is 2026-03-11
    And the step "mandatory_leave" (parent 2) can be done from 2026-03-12 to 2026-03-15

  Scenario: After six months the leave is lost
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And it is 2026-09-07
    Then the step "paternity_leave" (parent 2) is lapsed

  Scenario: The parent who gave birth has no paternity leave
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    Then the step "paternity_leave" (parent 1) is not applicable

  Scenario: A parent who is not an employee
    Given a birth on 2026-03-06 in Lyon (69123)
    And in the event, "parents[1].id" is "p-jobless"
    When the event is published on 2026-03-06
    Then the question "employee" is not asked
    And the step "paternity_leave" (parent 2) is not applicable

  Scenario: The leave chosen is passed on to the employer, then to the CPAM
    Given a birth on 2026-03-06 in Lyon (69123)
    When the event is published on 2026-03-06
    And the service "mairie" announces "birth_registered" on 2026-03-09 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-09    |
    And "paternity_leave" (parent 2) is declared done on 2026-04-01
    Then the operation "employer.record_leave" is requested 1 time
    And the operation "cpam.open_paternity_allowance" is requested 1 time

  Scenario: A child in hospital straight after birth
    Given the example "twins" of the event "birth"
    When the event is published on 2026-03-30
    Then the date "birth_leave_ends" is 2026-04-01
    And the step "hospital_leave" (parent 2) can be done from 2026-04-06 to 2026-05-05

  Scenario Outline: The extra leave, on either side of 1 January 2026
    Given a birth on <born> in Nantes (44109)
    And in the event, "due_on" is <due>
    When the event is published on <born>
    Then the step "extra_birth_leave" (parent 2) can be done from <from> to <to>

    Examples:
      | born       | due        | from       | to         |
      | 2025-12-31 | 2026-01-10 | 2026-07-01 | 2027-03-31 |
      | 2026-01-01 | 2025-12-20 | 2026-07-01 | 2027-03-31 |
      | 2026-06-30 | 2026-06-30 | 2026-07-01 | 2027-03-31 |
      | 2026-07-15 | 2026-07-10 | 2026-07-15 | 2027-04-14 |

  Scenario: Born and expected in 2025: no extra leave
    Given a birth on 2025-12-31 in Nantes (44109)
    And in the event, "due_on" is 2025-12-20
    When the event is published on 2025-12-31
    Then the step "extra_birth_leave" (parent 2) is not applicable
