# language: en
Feature: At the counter, and between services
  An agent records, an administration certifies, an event is sent twice or contradicts itself: all is kept, nothing counts twice.
  CRPA, art. L113-12, L114-8 and L123-1. All the people are invented.

  Scenario: The registrar records a declaration made at the counter
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And 2 days go by
    And an agent records "declare_birth" (child 1) as done on 2026-03-07
    Then the step "declare_birth" (child 1) is done
    And the step "declare_birth" (child 1) was done on 2026-03-07

  Scenario: Two administrations disagree: an agent settles it
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.read_household" answers with
      | dependent_children | resources_under_ceiling |
      | 2                  | false                   |
    When the event is published on 2026-03-05
    Then the fact "older_children" is 2
    And the fact "older_children" comes from "caf"
    And the step "base_allowance" (child 1) is not applicable
    When the service "dgfip" certifies that the fact "older_children" is 1 on 2026-03-07
    Then the fact "older_children" is 1
    And the fact "older_children" comes from "dgfip"
    And the fact "dependent_children" is 2

  Scenario: The question is asked once, of the right parent
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the question "first_common_child" is asked to the "parent"
    When 1 month goes by
    And 2 working days go by
    Then the question "first_common_child" was asked 1 time in all

  Scenario: The same name, other content: it is a conflict, and nothing changes
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And another event is published under the same name on 2026-03-06 with
      | union | "none" |
    Then the receipt says "conflict"
    And nothing changes
    And there is 1 journey

  Scenario: A date that does not exist: the event is rejected, and told why
    Given a birth on 2026-03-04 in Lyon (69123)
    And in the event, "children[0].born_on" is "2026-02-30"
    When the event is published on 2026-03-05
    Then the receipt says "rejected"
    And the receipt explains "a day that exists"
    And there are 0 journeys

  Scenario: Two families, two journeys
    Given a birth on 2026-03-04
    When the event is published on 2026-03-05
    Given the example "twins" of the event "birth"
    When the event is published on 2026-03-30
    Then there are 2 journeys
    When we look at the journey of "p-claire"
    Then the step "declare_birth" (child 1) is lapsed
    When we look at the journey of "p-elise"
    Then the step "declare_birth" (child 2) is to be done

  Scenario: An answer changes only what depends on it
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the step "choose_surname" is waiting
    When true is answered to the question "first_common_child" on 2026-03-05
    Then the step "choose_surname" is no longer waiting
    And nothing else changes

  Scenario: Until the law is certain, no service acts
    Given a birth on 2021-06-30 in Paris (75114)
    And in the event, "due_on" is not said
    When the event is published on 2021-07-01
    And the service "mairie" announces "birth_registered" on 2021-07-02 with
      | child | act_number  | registered_on |
      | 1     | "2021-0042" | 2021-07-02    |
    Then the law is provisional
    And the step "child_benefit" is provisional
    And the operation "caf.open_child_benefit" is not requested
    When 2021-07-10 is answered to the question "due_on" on 2021-07-03
    Then the law is certain
    And the operation "caf.open_child_benefit" is requested 1 time
