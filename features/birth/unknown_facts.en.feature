# language: en
Feature: What is not known yet
  The service that holds a piece of information is asked first. People are asked only if it cannot tell.
  CRPA, art. L113-12 and L114-10. All the people are invented.

  Scenario Outline: The service cannot find the person: the question is asked
    Given a birth on <born> in Lyon (69123)
    And in the event, "union" is not said
    And the operation "<operation>" refuses with "<code>"
    When the event is published on <born>
    Then the question <question> is asked
    And the fact <question> is not known

    Examples:
      | born       | operation                | code           | question                  |
      | 2019-05-14 | caf.read_household       | unknown_person | "older_children"          |
      | 2019-05-14 | caf.read_household       | unknown_person | "resources_under_ceiling" |
      | 2019-05-14 | mairie.read_civil_status | unknown_person | "union"                   |
      | 2026-03-04 | caf.read_household       | unknown_person | "resources_under_ceiling" |
      | 2026-03-04 | mairie.read_civil_status | unknown_person | "union"                   |

  Scenario Outline: The CPAM does not know whether the parent is an employee
    Given a birth on <born> in Lyon (69123)
    And the operation "cpam.read_employment" refuses with "unknown_person"
    When the event is published on <born>
    Then the question "employee" (parent 2) is asked
    And the step "paternity_leave" (parent 2) is waiting
    When <answer> is answered to the question "employee" (parent 2) on <day>
    Then the step "paternity_leave" (parent 2) is <state>

    Examples:
      | born       | answer | day        | state          |
      | 2019-05-14 | true   | 2019-05-20 | to be done     |
      | 2019-05-14 | false  | 2019-05-20 | not applicable |
      | 2026-03-04 | true   | 2026-03-20 | to be done     |
      | 2026-03-04 | false  | 2026-03-20 | not applicable |

  Scenario Outline: Unmarried parents: the town hall finds no recognition
    Given a birth on <born> in Nantes (44109)
    And in the event, "union" is "none"
    And the operation "mairie.read_recognition" refuses with "not_found"
    When the event is published on <born>
    Then the question "recognised" (child 1) is asked
    And the step "recognise_child" (child 1) is waiting
    When <answer> is answered to the question "recognised" (child 1) on <day>
    Then the step "recognise_child" (child 1) is <state>

    Examples:
      | born       | answer | day        | state          |
      | 2019-05-14 | true   | 2019-05-15 | not applicable |
      | 2019-05-14 | false  | 2019-05-15 | to be done     |
      | 2026-03-04 | true   | 2026-03-05 | not applicable |
      | 2026-03-04 | false  | 2026-03-05 | to be done     |

  Scenario Outline: A birth between two laws, an expected date that is not known
    Given a birth on 2021-06-30 in Paris (75114)
    And in the event, "due_on" is not said
    And the operation "cpam.read_pregnancy" refuses with "<code>"
    When the event is published on 2021-07-01
    Then the law is provisional
    And the question "due_on" is asked
    When <answer> is answered to the question "due_on" on 2021-07-02
    Then the law is certain
    And the law is that of <law>
    And the value "paternity_days" is <days>

    Examples:
      | code           | answer     | law        | days |
      | no_pregnancy   | 2021-06-25 | 2016-11-20 | 11   |
      | no_pregnancy   | 2021-07-10 | 2021-07-01 | 25   |
      | unknown_person | 2021-06-25 | 2016-11-20 | 11   |
      | unknown_person | 2021-07-10 | 2021-07-01 | 25   |

  Scenario: Long before the reform the expected date changes nothing: it is not asked for
    Given a birth on 2019-05-14 in Lyon (69123)
    And in the event, "due_on" is not said
    When the event is published on 2019-05-15
    Then the law is that of 2016-11-20
    And the law is certain
    And the question "due_on" is not asked
    And the operation "cpam.read_pregnancy" is not requested

  Scenario: The CAF is out of order: it is tried again under the same key, and nothing is asked twice
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.open_child_benefit" is out of order
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And it is 2026-03-09
    Then the step "child_benefit" is an incident
    And the operation "caf.open_child_benefit" is tried 6 times under the same key
    When the operation "caf.open_child_benefit" works again
    And an agent tries "child_benefit" again on 2026-03-10
    Then the step "child_benefit" is done

  Scenario: The CAF fails twice: the third attempt, under the same key, is enough, and nobody has anything to do
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.open_child_benefit" fails 2 times
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "child_benefit" is done
    And the operation "caf.open_child_benefit" is tried 3 times under the same key
