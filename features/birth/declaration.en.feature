# language: en
Feature: Registering a birth
  A birth is registered within five days at the town hall of the place of birth. The day of birth does not count.
  If the last day is a Saturday, a Sunday or a public holiday, there is time until the next working day.
  Code civil, art. 55; décret n° 2017-278 of 2 March 2017. All the people are invented.

  Scenario: An ordinary birth
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the receipt says "started"
    And the law is that of 2021-07-01
    And the step "declare_birth" (child 1) is due by 2026-03-09
    And the step "record_birth" (child 1) is to be done
    And the step "register_at_cpam" (child 1) is waiting
    And people are told about "welcome"

  Scenario: The town hall registers the birth, and the rest follows without asking
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "declare_birth" (child 1) is done
    And the step "record_birth" (child 1) is done
    And the operation "cpam.register_child" is requested 1 time
    And the operation "pmi.announce_birth" is requested 1 time
    And the operation "caf.open_child_benefit" is requested 1 time
    And the operation "dgfip.announce_birth" is requested 1 time

  Scenario Outline: The last day depends on the town hall’s calendar
    Given a birth on <born> in <place> (<code>)
    When the event is published on <born>
    Then the step "declare_birth" (child 1) is due by <due>

    Examples:
      | born       | place      | code  | due        | why                                |
      | 2026-03-04 | Lyon       | 69123 | 2026-03-09 | five days, the last is a Monday    |
      | 2026-03-02 | Lyon       | 69123 | 2026-03-09 | the last day is a Saturday         |
      | 2026-04-30 | Lyon       | 69123 | 2026-05-05 | a holiday in between adds nothing  |
      | 2026-03-31 | Lyon       | 69123 | 2026-04-07 | Easter Sunday and Monday           |
      | 2026-05-09 | Lyon       | 69123 | 2026-05-15 | Ascension Thursday                 |
      | 2024-02-24 | Lyon       | 69123 | 2024-02-29 | leap year                          |
      | 2025-12-21 | Lyon       | 69123 | 2025-12-26 | 26 December is worked              |
      | 2025-12-21 | Strasbourg | 67482 | 2025-12-29 | 26 December is a holiday in Alsace |
      | 2026-03-29 | Lyon       | 69123 | 2026-04-03 | Good Friday is worked              |
      | 2026-03-29 | Strasbourg | 67482 | 2026-04-07 | Good Friday off, then Easter       |

  Scenario: A birth in a remote commune in Guyane
    Given the example "remote_commune" of the event "birth"
    When the event is published on 2026-06-02
    Then the fact "declaration_days" is 8
    And the step "declare_birth" (child 1) is due by 2026-06-11

  Scenario: The same week in Cayenne, which is not on the list
    Given a birth on 2026-06-02 in Cayenne (97302)
    When the event is published on 2026-06-02
    Then the fact "declaration_days" is 5
    And the step "declare_birth" (child 1) is due by 2026-06-08

  Scenario: The time is missed, a ruling is needed
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And it is 2026-03-10
    Then the step "declare_birth" (child 1) is lapsed
    And the step "ask_for_ruling" (child 1) is to be done
    And the step "give_ruling" (child 1) is waiting
    And the step "ask_for_ruling" (child 1) cites "Code civil, art. 55"
    When "ask_for_ruling" (child 1) is declared done on 2026-03-16
    And the service "tribunal" announces "birth_ruling_given" on 2026-06-15 with
      | child | given_on   |
      | 1     | 2026-06-15 |
    And the service "mairie" announces "ruling_recorded" on 2026-06-22 with
      | child | act_number  | recorded_on |
      | 1     | "2026-0099" | 2026-06-22  |
    Then the step "give_ruling" (child 1) is done
    And the step "record_birth" (child 1) is done
    And the operation "cpam.register_child" is requested 1 time

  Scenario: On the last day, nothing is lost yet
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And it is 2026-03-09
    Then the step "declare_birth" (child 1) is to be done
    And the step "ask_for_ruling" (child 1) is not applicable

  Scenario: It is learnt later that the birth had been registered in time
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And it is 2026-03-10
    Then the step "ask_for_ruling" (child 1) is to be done
    When the service "mairie" announces on 2026-03-12 "birth_registered", which happened on 2026-03-06, with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "declare_birth" (child 1) is done
    And the step "ask_for_ruling" (child 1) is not applicable
    And the operation "tribunal.withdraw_late_birth" is requested 1 time

  Scenario: Parents who are not married
    Given the example "unmarried_parents" of the event "birth"
    When the event is published on 2026-01-16
    Then the step "recognise_child" (child 1) is to be done
    When the service "mairie" announces "recognition_registered" on 2026-01-16 with
      | child | registered_on |
      | 1     | 2026-01-16    |
    Then the step "recognise_child" (child 1) is done

  Scenario: The surname is chosen only for the first child together
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    Then the question "first_common_child" is asked
    When false is answered to the question "first_common_child" on 2026-03-05
    Then the step "choose_surname" is not applicable

  Scenario: The registrar makes the record before the town hall announces it: no court is asked for anything
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And an agent accepts "record_birth" (child 1) on 2026-03-06
    Then the step "record_birth" (child 1) is done
    And the step "declare_birth" (child 1) is not applicable
    And the operation "cpam.register_child" is requested 1 time
    When it is 2026-03-20
    Then the step "ask_for_ruling" (child 1) is not applicable
    And the operation "tribunal.announce_late_birth" is not requested

  Scenario: An agent writes the record down afterwards, when the time is over: the court is told that there is no need
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And it is 2026-03-10
    Then the operation "tribunal.announce_late_birth" is requested 1 time
    When an agent accepts "record_birth" (child 1) on 2026-03-06
    Then the step "ask_for_ruling" (child 1) is not applicable
    And the operation "tribunal.withdraw_late_birth" is requested 1 time

  Scenario: An agent writes down the record made after the ruling: nothing is taken back
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And it is 2026-06-22
    And an agent accepts "record_birth" (child 1) on 2026-06-22
    Then the step "record_birth" (child 1) is done
    And the step "declare_birth" (child 1) is lapsed
    And the operation "tribunal.withdraw_late_birth" is not requested
