@push
Feature: Pushes as they are really seen
  Real pushes differ from the documentation's examples and from each other: users are missing, numbers are none, ids grow,
  fields come and go. Each of these was seen on the wire or told by developers of receivers.
  Observed in genuine captures, and reported in sipgate's public issue tracker.

  Rule: The form is read as forms are

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
      Then the receiver takes it all the same

    @push.any-field-order @must
    Scenario: The receiver does not mind the order of the fields
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the fields come in another order
      Then the receiver takes it all the same

    @push.unknown-field @must
    Scenario: The receiver passes over a field that it does not know
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the pushes have a field that nobody knows
      Then the receiver takes it all the same

    @push.unknown-event @should @deadly
    Scenario: The receiver survives an event that it does not know
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the event is one that nobody knows
      Then the receiver takes it all the same

  Rule: Whoever picks up is told as far as it is known

    @push.answer-without-user @must @answer
    Scenario Outline: The receiver takes an answer by <whom>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: answers without a user
        | whom          | oddity                          |
        | an empty user | the answer names an empty user  |
        | nobody known  | the answer names no user        |
        | the voicemail | the voicemail answers           |

    @push.answering-number @must @answer
    Scenario Outline: The receiver takes <what>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: answering numbers
        | what                                | oddity                            |
        | an answer without answering number  | the answer has no answeringNumber |
        | a hangup without answering number   | the hangup has no answeringNumber |
        | an answer by another number         | somebody else has answered        |

  Rule: Nobody, somebody or several people are rung

    @push.user-empty @must
    Scenario: The receiver takes a call that rings an empty user
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names an empty user
      Then the receiver takes it all the same

    @push.user-absent @must
    Scenario: The receiver takes a call that rings no user
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names no user
      Then the receiver takes it all the same

    @push.group-call @must
    Scenario: The receiver takes a call that rings several users
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names several users
      Then the receiver takes it all the same

    @push.group-call @must
    Scenario: The receiver takes a call that rings a large group
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the newCall names twenty-five users
      Then the receiver takes it all the same

    @push.utf8-names @must
    Scenario: The receiver takes names with letters beyond ASCII
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But a name has umlauts, a plus sign and an ampersand
      Then the receiver takes it all the same

  Rule: Callers and called parties are not always numbers

    @push.anonymous-caller @must
    Scenario: The receiver takes a call without a caller's number
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the caller suppresses the number
      Then the receiver takes it all the same

    @push.odd-caller @should
    Scenario Outline: The receiver takes a call from <caller>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: callers that were seen
        | caller       | oddity                       |
        | an empty one | the caller's number is empty |
        | a SIP id     | the caller is a SIP id       |

    @push.odd-callee @should
    Scenario Outline: The receiver takes a call to <callee>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: called numbers that were seen
        | callee              | oddity                                  |
        | a prefixed number   | the called number begins with two zeros |
        | an internal number  | the called number is an internal one    |
        | a SIP id            | the called number is a SIP id           |

  Rule: Ids are opaque and long

    @push.long-call-ids @must
    Scenario: The receiver takes callIds of 136 characters
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the callIds have 136 characters
      Then the receiver takes it all the same

    @push.orig-call-id @must
    Scenario Outline: The receiver takes an origCallId that is <kind>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But <oddity>
      Then the receiver takes it all the same

      Examples: origCallIds over the years
        | kind         | oddity                            |
        | absent       | the pushes have no origCallId     |
        | empty        | the origCallId is empty           |
        | another call | the origCallId names another call |

    @push.diversion @must
    Scenario: The receiver takes a call that was diverted
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the call has a diversion
      Then the receiver takes it all the same

  Rule: A call ends for many reasons

    @push.hangup-causes @must @hangup
    Scenario Outline: The receiver takes the hangup cause <cause>
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the hangup cause is <cause>
      Then the receiver takes it all the same

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
    Scenario: The receiver takes a hangup cause that it does not know
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the hangup cause is chanunavail
      Then the receiver takes it all the same

  Rule: A Gather ends with a dtmf, whatever was pressed

    @push.dtmf-nothing @must @gather
    Scenario: The receiver takes digits that are left out
      Given Jennifer has called a number with a menu
      When Doc answers
      And Jennifer hangs up
      But the digits are left out
      Then the receiver takes it all the same

    @push.dtmf-any-key @must @gather
    Scenario: The receiver takes zeros, stars and hashes
      Given Jennifer has called a number with a menu
      When Jennifer presses 1
      And Doc answers
      And Jennifer hangs up
      But the digits are 0*#
      Then the receiver takes it all the same
