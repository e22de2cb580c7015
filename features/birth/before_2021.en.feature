# language: en
Feature: Born before the reform of 2021
  The law of the day of birth holds for ever: eleven days of leave, within four months, none of them compulsory.
  Code civil, art. 55 and 79-1; code du travail, art. L1225-35 as it then stood. All the people are invented.

  Scenario: Two years in the life of a family, under the old law
    Given a birth on 2019-05-14 in Lyon (69123)
    When the event is published on 2019-05-15
    And true is answered to the question "first_common_child" on 2019-05-15
    Then the law is that of 2016-11-20
    And the value "paternity_days" is 11
    And the step "declare_birth" (child 1) is due by 2019-05-20
    And the step "paternity_leave" (parent 2) can be done from 2019-05-14 to 2019-09-14
    When the service "mairie" announces "surname_recorded" on 2019-05-16 with
      | child | recorded_on |
      | 1     | 2019-05-16  |
    And the service "mairie" announces "birth_registered" on 2019-05-16 with
      | child | act_number  | registered_on |
      | 1     | "2019-0042" | 2019-05-16    |
    Then the step "choose_surname" is done
    And the step "declare_birth" (child 1) is done
    And the step "base_allowance" (child 1) is done
    And the value "family_benefit_base" is 413.16
    When the service "employer" announces "leave_taken" on 2019-05-18 with
      | person    | leave   | ended_on   |
      | "p-karim" | "birth" | 2019-05-17 |
    Then the step "birth_leave" (parent 2) is done
    When "checkup_8_days" (child 1) is declared done on 2019-05-21
    And "paternity_leave" (parent 2) is declared done on 2019-06-20
    Then the step "record_leave" (parent 2) is done
    And the step "paternity_allowance" (parent 2) is done
    When "birth_grant" (child 1) is declared done on 2019-07-01
    And "tell_tax_office" is declared done on 2019-07-02
    And "maternity_leave" (parent 1) is declared done on 2019-07-24
    And "shared_parental_benefit" (parent 1) is declined on 2019-07-24
    And "shared_parental_benefit" (parent 2) is declined on 2019-07-24
    And "parental_leave" (parent 1) is declined on 2019-07-24
    And "parental_leave" (parent 2) is declined on 2019-07-24
    And "childcare_help" (child 1) is declined on 2019-07-24
    And "checkup_9_months" (child 1) is declared done on 2020-02-10
    And "vaccinate" (child 1) is declared done on 2020-10-20
    And "checkup_24_months" (child 1) is declared done on 2021-05-10
    Then the step "vaccinate" (child 1) is done
    And the step "checkup_24_months" (child 1) is done
    And the journey is over

  Scenario: Everything is left to pass: what is lost, and what can be caught up with
    Given a birth on 2019-05-14 in Lyon (69123)
    And the operation "caf.open_base_allowance" stays silent
    When the event is published on 2019-05-15
    And true is answered to the question "first_common_child" on 2019-05-15
    And the service "mairie" announces "birth_registered" on 2019-05-16 with
      | child | act_number  | registered_on |
      | 1     | "2019-0042" | 2019-05-16    |
    And it is 2019-05-23
    Then the step "choose_surname" is lapsed
    And the step "checkup_8_days" (child 1) is overdue
    When it is 2019-09-15
    Then the step "paternity_leave" (parent 2) is lapsed
    And the step "tell_tax_office" is overdue
    When it is 2021-06-15
    Then the step "checkup_9_months" (child 1) is overdue
    And the step "checkup_24_months" (child 1) is overdue
    And the step "vaccinate" (child 1) is overdue
    When it is 2022-05-15
    Then the step "base_allowance" (child 1) is overdue

  Scenario: A birth registered too late goes through the court
    Given a birth on 2019-05-14 in Lyon (69123)
    When the event is published on 2019-05-15
    And it is 2019-05-21
    Then the step "declare_birth" (child 1) is lapsed
    And the step "tell_prosecutor" (child 1) is done
    When the service "tribunal" announces "birth_ruling_requested" on 2019-06-03 with
      | child | requested_on |
      | 1     | 2019-06-03   |
    And the service "tribunal" announces "birth_ruling_given" on 2019-09-16 with
      | child | given_on   |
      | 1     | 2019-09-16 |
    And the service "mairie" announces "ruling_recorded" on 2019-09-20 with
      | child | act_number  | recorded_on |
      | 1     | "2019-0099" | 2019-09-20  |
    Then the step "ask_for_ruling" (child 1) is done
    And the step "give_ruling" (child 1) is done
    And the step "record_birth" (child 1) is done

  Scenario: A stillborn child
    Given a birth on 2019-05-14 in Bordeaux (33063)
    And in the event, "children[0].outcome" is "stillborn"
    When the event is published on 2019-05-15
    Then the step "declare_birth" (child 1) is not applicable
    And the step "record_birth" (child 1) is not applicable
    And the step "child_benefit" is not applicable
    And the step "welcome" is not applicable
    And the step "lifeless_child_record" (child 1) is to be done
    And nobody is told about "lifeless_child_record" (child 1)
    When the service "mairie" announces "lifeless_child_recorded" on 2019-05-22 with
      | child | recorded_on |
      | 1     | 2019-05-22  |
    Then the step "lifeless_child_record" (child 1) is done

  Scenario: A child who died before being registered
    Given a birth on 2019-05-14 in Lyon (69123)
    And in the event, "children[0].outcome" is "died"
    When the event is published on 2019-05-15
    Then the step "declare_birth" (child 1) is to be done
    And the step "declare_death" (child 1) is to be done
    And the step "bereavement_support" is done
    And nobody is told about "bereavement_support"
    When the service "mairie" announces "death_registered" on 2019-05-16 with
      | child | registered_on |
      | 1     | 2019-05-16    |
    Then the step "declare_death" (child 1) is done

  Scenario: A first child of the household, and a surname already chosen
    Given a birth on 2019-05-14 in Lyon (69123)
    And in the event, "parents[0].id" is "p-first"
    When the event is published on 2019-05-15
    And false is answered to the question "first_common_child" on 2019-05-15
    Then the step "child_benefit" is not applicable
    And the step "choose_surname" is not applicable
    And the step "base_allowance" (child 1) is waiting

  Scenario: The CAF knows of an income that is too high
    Given a birth on 2019-05-14 in Lyon (69123)
    And in the event, "parents[0].id" is "p-wealthy"
    When the event is published on 2019-05-15
    Then the step "base_allowance" (child 1) is not applicable
    And the question "resources_under_ceiling" is not asked

  Scenario: Unmarried parents recognise the child
    Given a birth on 2019-05-14 in Nantes (44109)
    And in the event, "union" is "none"
    And in the event, "children[0].recognised" is false
    When the event is published on 2019-05-15
    Then the step "recognise_child" (child 1) is to be done
    When the service "mairie" announces "recognition_registered" on 2019-05-20 with
      | child | registered_on |
      | 1     | 2019-05-20    |
    Then the step "recognise_child" (child 1) is done
