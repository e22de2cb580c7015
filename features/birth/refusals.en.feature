# language: en
Feature: When a service says no
  A refusal has a reason and can be contested, before the right body and by a date. Silence can be a refusal too.
  Code de la sécurité sociale, art. R142-1-A; CRPA, art. L231-4. All the people are invented.

  Scenario Outline: The CAF refuses a benefit: its appeals board first, within two months
    Given a birth on <born> in Lyon (69123)
    And the operation "<operation>" refuses with "<code>"
    When the event is published on <born>
    And the service "mairie" announces "birth_registered" on <registered> with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <registered>  |
    Then the step <step> is refused
    And <step> must first be contested by "prior_appeal" by <by>
    And the step <step> cites "Code de la sécurité sociale"

    Examples:
      | born       | registered | operation               | code                    | step                       | by         |
      | 2019-05-14 | 2019-05-16 | caf.open_child_benefit  | not_resident            | "child_benefit"            | 2019-07-16 |
      | 2019-05-14 | 2019-05-16 | caf.open_child_benefit  | paid_to_other_parent    | "child_benefit"            | 2019-07-16 |
      | 2019-05-14 | 2019-05-16 | caf.open_base_allowance | resources_above_ceiling | "base_allowance" (child 1) | 2019-07-16 |
      | 2019-05-14 | 2019-05-16 | caf.open_base_allowance | not_resident            | "base_allowance" (child 1) | 2019-07-16 |
      | 2026-03-04 | 2026-03-06 | caf.open_child_benefit  | paid_to_other_parent    | "child_benefit"            | 2026-05-06 |
      | 2026-03-04 | 2026-03-06 | caf.open_base_allowance | resources_above_ceiling | "base_allowance" (child 1) | 2026-05-06 |

  Scenario: The reason for the refusal can be read
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.open_child_benefit" refuses with "paid_to_other_parent"
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the reason for "child_benefit" mentions "The other parent already receives"

  Scenario: A refusal that does not say how to contest: time does not run
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.open_child_benefit" refuses with "not_resident" without saying how to contest
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "child_benefit" is refused
    And the time to contest "child_benefit" by "prior_appeal" does not run

  Scenario Outline: The CAF does not answer within two months: that is a refusal, and it can be contested
    Given a birth on <born> in Lyon (69123)
    And the operation "caf.open_child_benefit" stays silent
    When the event is published on <born>
    And the service "mairie" announces "birth_registered" on <registered> with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <registered>  |
    Then without an answer, "child_benefit" is deemed refused on <silence>
    When it is <day after>
    Then the step "child_benefit" is deemed refused
    And "child_benefit" must first be contested by "prior_appeal" by <by>

    Examples:
      | born       | registered | silence    | day after  | by         |
      | 2019-05-14 | 2019-05-16 | 2019-07-16 | 2019-07-17 | 2019-09-16 |
      | 2026-03-04 | 2026-03-06 | 2026-05-06 | 2026-05-07 | 2026-07-06 |

  Scenario: The appeal succeeds: the CAF opens the benefit
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "caf.open_child_benefit" refuses with "not_resident"
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    And "child_benefit" is contested by "prior_appeal" on 2026-04-02
    And the service "caf" announces "child_benefit_opened" on 2026-05-20 with
      | person     | from       |
      | "p-claire" | 2026-04-01 |
    Then the step "child_benefit" is done

  Scenario Outline: The employer does not record the leave
    Given a birth on <born> in Lyon (69123)
    And the operation "employer.record_leave" refuses with "<code>"
    When the event is published on <born>
    And "paternity_leave" (parent 2) is declared done on <told>
    Then the step "record_leave" (parent 2) is refused
    And the reason for "record_leave" (parent 2) mentions "<says>"
    And the operation "cpam.open_paternity_allowance" is not requested

    Examples:
      | born       | code             | told       | says                 |
      | 2019-05-14 | notice_too_short | 2019-05-20 | less than one month  |
      | 2019-05-14 | not_employed     | 2019-05-20 | no longer work there |
      | 2026-03-04 | notice_too_short | 2026-03-16 | less than one month  |
      | 2026-03-04 | not_employed     | 2026-03-16 | no longer work there |

  Scenario Outline: The CPAM pays no allowance for the leave
    Given a birth on <born> in Lyon (69123)
    And the operation "cpam.open_paternity_allowance" refuses with "<code>"
    When the event is published on <born>
    And the service "mairie" announces "birth_registered" on <registered> with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <registered>  |
    And "paternity_leave" (parent 2) is declared done on <told>
    Then the step "paternity_allowance" (parent 2) is refused
    And "paternity_allowance" (parent 2) must first be contested by "prior_appeal" by <by>

    Examples:
      | born       | registered | code                | told       | by         |
      | 2019-05-14 | 2019-05-16 | not_insured         | 2019-05-20 | 2019-07-22 |
      | 2019-05-14 | 2019-05-16 | no_wage_certificate | 2019-05-20 | 2019-07-22 |
      | 2026-03-04 | 2026-03-06 | not_insured         | 2026-03-16 | 2026-05-18 |
      | 2026-03-04 | 2026-03-06 | no_wage_certificate | 2026-03-16 | 2026-05-18 |

  Scenario Outline: An office cannot record what it is told
    Given a birth on <born> in Lyon (69123)
    And the operation "<operation>" refuses with "<code>"
    When the event is published on <born>
    And the service "mairie" announces "birth_registered" on <registered> with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | <registered>  |
    Then the step <step> is refused

    Examples:
      | born       | registered | operation            | code             | step                         |
      | 2019-05-14 | 2019-05-16 | cpam.register_child  | no_birth_record  | "register_at_cpam" (child 1) |
      | 2019-05-14 | 2019-05-16 | cpam.register_child  | unknown_person   | "register_at_cpam" (child 1) |
      | 2019-05-14 | 2019-05-16 | pmi.announce_birth   | other_department | "tell_pmi" (child 1)         |
      | 2019-05-14 | 2019-05-16 | dgfip.announce_birth | unknown_person   | "tell_tax_office"            |
      | 2026-03-04 | 2026-03-06 | cpam.register_child  | unknown_person   | "register_at_cpam" (child 1) |
      | 2026-03-04 | 2026-03-06 | dgfip.announce_birth | unknown_person   | "tell_tax_office"            |

  Scenario: The tax office cannot find the person, who can still do it
    Given a birth on 2026-03-04 in Lyon (69123)
    And the operation "dgfip.announce_birth" refuses with "unknown_person"
    When the event is published on 2026-03-05
    And the service "mairie" announces "birth_registered" on 2026-03-06 with
      | child | act_number  | registered_on |
      | 1     | "2026-0042" | 2026-03-06    |
    Then the step "tell_tax_office" is refused
    When "tell_tax_office" is declared done on 2026-03-20
    Then the step "tell_tax_office" is done

  Scenario Outline: The court that was told is not the right one
    Given a birth on <born> in Lyon (69123)
    And the operation "tribunal.announce_late_birth" refuses with "other_court"
    When the event is published on <born>
    And it is <too late>
    Then the step "tell_prosecutor" (child 1) is refused
    And the step "ask_for_ruling" (child 1) is to be done

    Examples:
      | born       | too late   |
      | 2019-05-14 | 2019-05-21 |
      | 2026-03-04 | 2026-03-10 |

  Scenario Outline: The town hall cannot register the birth
    Given a birth on <born> in Lyon (69123)
    When the event is published on <born>
    And an agent refuses "declare_birth" (child 1) on <born> because "the child was born in another commune"
    Then the step "declare_birth" (child 1) is refused
    When an agent refuses "record_birth" (child 1) on <born> because "the child was born in another commune"
    Then the step "record_birth" (child 1) is refused
    And the step "register_at_cpam" (child 1) is waiting

    Examples:
      | born       |
      | 2019-05-14 |
      | 2026-03-04 |
