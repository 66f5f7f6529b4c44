@push
Feature: Pushes as they are seen in practice
  Real pushes differ from the documentation's examples and from each other: users are missing, a number is a word, ids get
  longer, fields come and go.
  Observed in genuine captures, and reported in sipgate's public issue tracker.

  Rule: A form parser can read every push

    @push.encoded-brackets @must
    Scenario: The receiver reads encoded brackets
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then the receiver reads encoded brackets

    @push.raw-brackets @should
    Scenario: The receiver reads raw brackets
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the brackets are not encoded
      Then the receiver still accepts every push

    @push.any-field-order @must
    Scenario: The receiver accepts the fields in any order
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the fields come in another order
      Then the receiver still accepts every push

    @push.unknown-field @must
    Scenario: The receiver ignores an unknown field
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the pushes have an unknown field
      Then the receiver still accepts every push

    @push.unknown-event @should @deadly
    Scenario: The receiver survives an unknown event
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the event is unknown
      Then the receiver still accepts every push

  Rule: An answer push does not always name a user

    @push.answer-without-user @must @answer
    Scenario Outline: The receiver accepts an answer <whose>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: answers without a user
        | whose              | oddity                         |
        | with an empty user | the answer names an empty user |
        | without a user     | the answer names no user       |
        | of the voicemail   | the voicemail answers          |

    @push.answering-number @must @answer
    Scenario Outline: The receiver accepts <what>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: answering numbers
        | what                              | oddity                                 |
        | an answer without answeringNumber | the answer has no answeringNumber      |
        | a hangup without answeringNumber  | the hangup has no answeringNumber      |
        | an answer at another number       | the call is answered at another number |

  Rule: A newCall names no user, one user or several

    @push.user-empty @must
    Scenario: The receiver accepts a newCall with an empty user
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names an empty user
      Then the receiver still accepts every push

    @push.user-absent @must
    Scenario: The receiver accepts a newCall without a user
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names no user
      Then the receiver still accepts every push

    @push.group-call @must
    Scenario: The receiver accepts a newCall with several users
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names several users
      Then the receiver still accepts every push

    @push.group-call @must
    Scenario: The receiver accepts a newCall with many users
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names twenty-five users
      Then the receiver still accepts every push

    @push.utf8-names @must
    Scenario: The receiver accepts names with letters beyond ASCII
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But a name has umlauts, a plus sign and an ampersand
      Then the receiver still accepts every push

  Rule: Callers and called parties are not always numbers

    @push.anonymous-caller @must
    Scenario: The receiver accepts a call without a caller's number
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the caller suppresses the number
      Then the receiver still accepts every push

    @push.odd-caller @should
    Scenario Outline: The receiver accepts a call from <caller>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: callers that were seen
        | caller          | oddity                       |
        | an empty number | the caller's number is empty |
        | a SIP id        | the caller is a SIP id       |

    @push.odd-callee @should
    Scenario Outline: The receiver accepts a call to <callee>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: called numbers that were seen
        | callee             | oddity                                  |
        | a number with 00   | the called number begins with two zeros |
        | an internal number | the called number is an internal one    |
        | a SIP id           | the called number is a SIP id           |

  Rule: Ids are opaque and long

    @push.long-call-ids @must
    Scenario: The receiver accepts callIds of 136 characters
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the callIds have 136 characters
      Then the receiver still accepts every push

    @push.orig-call-id @must
    Scenario Outline: The receiver accepts an origCallId that is <kind>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver still accepts every push

      Examples: origCallIds over the years
        | kind           | oddity                            |
        | absent         | the pushes have no origCallId     |
        | empty          | the origCallId is empty           |
        | another call's | the origCallId names another call |

    @push.diversion @must
    Scenario: The receiver accepts a call that was diverted
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the call has a diversion
      Then the receiver still accepts every push

  Rule: A call ends for many reasons

    @push.hangup-causes @must @hangup
    Scenario Outline: The receiver accepts the hangup cause <cause>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the hangup cause is <cause>
      Then the receiver still accepts every push

      Examples: documented causes
        | cause          |
        | normalClearing |
        | cancel         |
        | busy           |
        | noAnswer       |
        | congestion     |
        | notFound       |
        | forwarded      |

    @push.unknown-cause @should @hangup
    Scenario: The receiver accepts a hangup cause that it does not know
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the hangup cause is chanunavail
      Then the receiver still accepts every push

  Rule: A Gather ends with a dtmf push, whatever was pressed

    @push.dtmf-nothing @must @gather
    Scenario: The receiver accepts a dtmf push without digits
      Given Jennifer has called a number with a menu
      When Doc answers
      And Jennifer hangs up
      But the digits are left out
      Then the receiver still accepts every push

    @push.dtmf-any-key @must @gather
    Scenario: The receiver accepts zeros, stars and hashes
      Given Jennifer has called a number with a menu
      When Jennifer presses 1
      And Doc answers
      And Jennifer hangs up
      But the digits are 0*#
      Then the receiver still accepts every push
