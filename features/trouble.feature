@trouble
Feature: Trouble that no document promises
  Networks lose pushes, deliver them late or twice, and let them overtake each other; receivers are restarted in the middle of
  calls. sipgate repeats nothing, so that the receiver has to cope.
  Reported by developers of receivers in sipgate's public issue tracker, and observed.

  Rule: A push that never comes takes no other call along

    @trouble.missing-hangup @should @hangup
    Scenario: The receiver goes on working after a hangup that never came
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the hangup never comes
      Then the receiver accepts the next call

    @trouble.missing-answer @must @hangup
    Scenario: The receiver takes the end of a call without its answer
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But the answer never comes
      Then the receiver takes it all the same

  Rule: Pushes come in another order

    @trouble.late-hangup @must @answer @hangup
    Scenario: The receiver takes the first leg's hangup after the second's
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, and Marty answers
      And Jennifer hangs up
      But the first leg's hangup is overtaken
      Then the receiver takes it all the same

    @trouble.out-of-order @should @hangup
    Scenario: The receiver takes a forwarded call before its first leg ends
      Given Jennifer has called Doc
      When Doc's line is busy, and the call is forwarded to Marty
      And Marty answers
      And Jennifer hangs up
      But the first leg's hangup is overtaken
      Then the receiver takes it all the same

  Rule: Pushes come twice, or for calls of another life

    @trouble.duplicate-push @should @deadly
    Scenario: The receiver takes every push a second time
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But every push comes twice
      Then the receiver takes it all the same

    @trouble.unknown-call @should @deadly
    Scenario: The receiver survives news of a call that it does not know
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      But what follows is about a call that nobody knows
      Then the receiver survives it

  Rule: In the busy hour everybody calls

    @trouble.many-calls @must @alone
    Scenario: The receiver takes fifty calls at once
      When 50 calls come in at once
      Then the receiver accepts every push

  Rule: Anybody can knock at a public door

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

      Examples: connections that come to nothing
        | dawdles                      |
        | connects and says nothing    |
        | sends half a request         |
        | sends a body that never ends |
