# language: en
Feature: Triplets, overseas
  Three steps, three records, one longer leave, and the calendar of La Réunion. All the people are invented.

  Scenario: Each of the three is to be registered, by the day after Ascension at the latest
    Given the example "triplets" of the event "birth"
    When the event is published on 2026-05-10
    Then the step "declare_birth" (child 1) is due by 2026-05-15
    And the step "declare_birth" (child 2) is due by 2026-05-15
    And the step "declare_birth" (child 3) is due by 2026-05-15
    And the deadline of "declare_birth" (child 1) mentions "Ascension"
    And the fact "paternity_leave_days" is 32
    And the fact "dependent_children" is 3

  Scenario: Three children open the benefit at once
    Given the example "triplets" of the event "birth"
    When the event is published on 2026-05-10
    And the service "mairie" announces "birth_registered" on 2026-05-12 with
      | child | act_number | registered_on |
      | 1     | "2026-1"   | 2026-05-12    |
    And the service "mairie" announces "birth_registered" on 2026-05-12 with
      | child | act_number | registered_on |
      | 2     | "2026-2"   | 2026-05-12    |
    Then the operation "caf.open_child_benefit" is not requested
    When the service "mairie" announces "birth_registered" on 2026-05-13 with
      | child | act_number | registered_on |
      | 3     | "2026-3"   | 2026-05-13    |
    Then the operation "caf.open_child_benefit" is requested 1 time
    And the operation "caf.open_child_benefit" is requested with
      | children | 3 |
    And the operation "caf.open_base_allowance" is requested 3 times
    And the operation "cpam.register_child" is requested 3 times

  Scenario Outline: For triplets, the PreParE and parental leave last until they are six
    Given the example "triplets" of the event "birth"
    And in the event, "born_on" is <born>
    And in the event, "due_on" is <expected>
    And in the event, "children[0].born_on" is <born>
    And in the event, "children[1].born_on" is <born>
    And in the event, "children[2].born_on" is <born>
    When the event is published on <born>
    Then the step "shared_parental_benefit" (parent 1) is due by <until>
    And the step "parental_leave" (parent 2) is due by <until>

    Examples:
      | born       | expected   | until      | law        |
      | 2019-05-14 | 2019-06-20 | 2025-05-14 | 2016-11-20 |
      | 2026-05-09 | 2026-06-20 | 2032-05-09 | 2021-07-01 |

  Scenario Outline: A territory’s own holiday counts only there
    Given a birth on <born> in <place>
    When the event is published on <born>
    Then the step "declare_birth" (child 1) is due by <due>

    Examples:
      | born       | place                  | due        | why                                      |
      | 2026-05-17 | Fort-de-France (97209) | 2026-05-26 | 22 May, then the weekend and Whit Monday |
      | 2026-05-17 | Lyon (69123)           | 2026-05-22 | 22 May is worked in mainland France      |
      | 2026-05-22 | Pointe-à-Pitre (97120) | 2026-05-28 | 27 May in Guadeloupe                     |
      | 2026-12-15 | Saint-Denis (97411)    | 2026-12-21 | 20 December is a Sunday                  |
      | 2026-04-22 | Mamoudzou (97608)      | 2026-04-28 | 27 April in Mayotte                      |
      | 2026-03-29 | Metz (57463)           | 2026-04-07 | Good Friday in Moselle                   |
