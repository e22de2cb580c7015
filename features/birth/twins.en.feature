# language: en
Feature: Twins
  Each child has its own steps. Paternity leave is longer. All the people are invented.

  Scenario: Born on either side of midnight, each child has its own time limit
    Given the example "twins" of the event "birth"
    And in the event, "birth_place" is "69123"
    When the event is published on 2026-03-30
    Then the step "declare_birth" (child 1) is due by 2026-04-03
    And the step "declare_birth" (child 2) is due by 2026-04-07

  Scenario: Registering one does not register the other
    Given the example "twins" of the event "birth"
    When the event is published on 2026-03-30
    And the service "mairie" announces "birth_registered" on 2026-03-31 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-31    |
    Then the step "declare_birth" (child 1) is done
    And the step "declare_birth" (child 2) is to be done
    And the step "register_at_cpam" (child 2) is waiting
    And the operation "cpam.register_child" is requested 1 time

  Scenario: One is registered in time, the other is not
    Given the example "twins" of the event "birth"
    When the event is published on 2026-03-30
    And the service "mairie" announces "birth_registered" on 2026-03-31 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-31    |
    And it is 2026-04-08
    Then the step "declare_birth" (child 1) is done
    And the step "ask_for_ruling" (child 1) is not applicable
    And the step "declare_birth" (child 2) is lapsed
    And the step "ask_for_ruling" (child 2) is to be done

  Scenario: Thirty-two days of paternity leave
    Given the example "twins" of the event "birth"
    When the event is published on 2026-03-30
    Then the fact "paternity_leave_days" is 32

  Scenario Outline: For twins, parental leave can last until nursery school
    Given the example "twins" of the event "birth"
    And in the event, "born_on" is <born>
    And in the event, "due_on" is <born>
    And in the event, "children[0].born_on" is <born>
    And in the event, "children[1].born_on" is <born>
    When the event is published on <born>
    Then the step "parental_leave" (parent 1) is due by <until>

    Examples:
      | born       | until      | why                                      |
      | 2019-03-29 | 2022-08-31 | the eve of the school year of 2022       |
      | 2026-03-29 | 2029-08-31 | the eve of the school year of 2029       |
      | 2026-10-12 | 2029-10-12 | their third birthday, after it has begun |

  Scenario: Both children count for child benefit
    Given the example "twins" of the event "birth"
    When the event is published on 2026-03-30
    Then the fact "dependent_children" is 3
    And the step "child_benefit" is waiting
