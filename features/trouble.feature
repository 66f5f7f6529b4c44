@trouble
Feature: Trouble that no document mentions
  Networks lose pushes, deliver them late or twice, and let them overtake each other; receivers are restarted in the middle of
  calls. sipgate repeats no push, so the receiver has to cope.
  Reported by developers of receivers in sipgate's public issue tracker, and observed.

  Rule: A missing push does not affect other calls

    @trouble.missing-hangup @should @hangup
    Scenario: The receiver accepts the next call after a missing hangup
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the hangup never comes
      Then the receiver accepts the next call

    @trouble.missing-answer @must @hangup
    Scenario: The receiver accepts a hangup without the answer before it
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the answer never comes
      Then the receiver still accepts every push

  Rule: Pushes come in another order

    @trouble.late-hangup @must @answer @hangup
    Scenario: The receiver accepts the first leg's hangup after the second's
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, and Marty answers
      And Jennifer hangs up
      But the first leg's hangup comes late
      Then the receiver still accepts every push

    @trouble.out-of-order @should @hangup
    Scenario: The receiver accepts a forwarded call before its first leg ends
      Given Jennifer has called Doc
      When Doc's line is busy, and the call is forwarded to Marty
      And Marty answers
      And Jennifer hangs up
      But the first leg's hangup comes late
      Then the receiver still accepts every push

  Rule: Pushes come twice, or belong to calls from before a restart

    @trouble.duplicate-push @should @deadly
    Scenario: The receiver accepts every push a second time
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But every push comes twice
      Then the receiver still accepts every push

    @trouble.unknown-call @should @deadly
    Scenario: The receiver survives pushes of an unknown call
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the answer and the hangup belong to an unknown call
      Then the receiver survives it

  Rule: Many calls come in at once

    @trouble.many-calls @must @alone
    Scenario: The receiver accepts fifty calls at once
      When 50 calls come in at once
      Then the receiver accepts every push

  Rule: Anybody can send anything to a public URL

    @trouble.malformed-push @must @deadly
    Scenario Outline: The receiver survives a stranger who sends <garbage>
      When a stranger sends <garbage>
      Then the receiver accepts the next call

      Examples: what scanners send
        | garbage                   |
        | an empty body             |
        | a form without an event   |
        | a JSON document           |
        | plain text                |
        | a multipart form          |
        | a GET                     |
        | a broken percent-encoding |
        | the event __proto__       |
        | a bad Host header         |

    @trouble.oversized-push @must @deadly
    Scenario Outline: The receiver survives a body of <size>
      When a stranger sends a body of <size>
      Then the receiver accepts the next call

      Examples: a thousand and sixty thousand times the size of a push
        | size   |
        | 1 MiB  |
        | 64 MiB |

    @trouble.slow-push @should @deadly
    Scenario Outline: The receiver copes when a stranger <dawdles>
      When a stranger <dawdles>
      Then the receiver accepts the next call

      Examples: connections that never finish a request
        | dawdles                      |
        | connects and sends nothing   |
        | sends half a request         |
        | sends a body that never ends |
