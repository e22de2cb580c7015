# language: en
Feature: A child who did not live
  What has no reason left stops without a sound. Nobody is congratulated. What is still owed is still said.
  Code civil, art. 79-1. All the people are invented.

  Scenario: A stillborn child
    Given the example "stillborn" of the event "birth"
    When the event is published on 2026-02-11
    Then the step "declare_birth" (child 1) is not applicable
    And the step "child_benefit" is not applicable
    And the step "welcome" is not applicable
    And the step "lifeless_child_record" (child 1) is to be done
    And nobody is told about "welcome"
    And nobody is told about "lifeless_child_record" (child 1)
    And the operation "pmi.announce_birth" is not requested

  Scenario: A child who died before being registered
    Given a birth on 2026-03-04 in Lyon (69123)
    And in the event, "children[0].outcome" is "died"
    When the event is published on 2026-03-05
    Then the step "declare_birth" (child 1) is due by 2026-03-09
    And people are told about "declare_birth" (child 1)
    And the step "declare_death" (child 1) is to be done
    And the step "register_at_cpam" (child 1) is not applicable
    And nobody is told about "welcome"

  Scenario: What was opened is closed without writing to the parents
    Given a birth on 2026-03-04 in Lyon (69123)
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And it is 2026-03-07
    Then the step "child_benefit" is done
    When the event is corrected on 2026-03-08 with
      | children[0].outcome | "died" |
    Then the operation "caf.close_child_benefit" is requested 1 time
    And the operation "pmi.withdraw_birth" is requested 1 time
    And nobody is told about "child_benefit"
    And nobody is told about "checkup_9_months" (child 1)

  Scenario: A stillborn twin: the other’s rights remain
    Given the example "twins" of the event "birth"
    And in the event, "children[1].outcome" is "stillborn"
    When the event is published on 2026-03-30
    Then the step "declare_birth" (child 1) is due by 2026-04-07
    And the step "declare_birth" (child 2) is not applicable
    And the fact "dependent_children" is 2
    And the step "welcome" is not applicable
    And the step "checkup_8_days" (child 1) is to be done
    And the step "checkup_8_days" (child 2) is not applicable
