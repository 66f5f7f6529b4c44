@call
Feature: Plain calls
  Most calls are simple: somebody calls, somebody picks up, somebody hangs up.
  Documented under "Push API".

  Rule: sipgate pushes a call from its beginning to its end

    @call.answered @must
    Scenario: The receiver follows an incoming call
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then sipgate pushes
        | event   | direction | user | from              | to           | cause          |
        | newCall | in        | Doc  | Jennifer's number | Doc's number |                |
        | answer  | in        | Doc  | Jennifer's number | Doc's number |                |
        | hangup  | in        |      | Jennifer's number | Doc's number | normalClearing |
      And the receiver accepts every push

    @call.answered @must @outgoing
    Scenario: The receiver follows an outgoing call
      Given Doc has called Jennifer, and Jennifer has answered
      When Jennifer hangs up
      Then sipgate pushes
        | event   | direction | user | from         | to                | cause          |
        | newCall | out       | Doc  | Doc's number | Jennifer's number |                |
        | answer  | out       |      | Doc's number | Jennifer's number |                |
        | hangup  | out       |      | Doc's number | Jennifer's number | normalClearing |
      And the receiver accepts every push

  Rule: A call that nobody picks up ends too

    @call.unanswered @must @hangup
    Scenario: The receiver follows a call that the caller gives up
      Given Jennifer has called Doc
      When Jennifer gives up
      Then sipgate pushes
        | event   | user | cause  |
        | newCall | Doc  |        |
        | hangup  |      | cancel |
      And the receiver accepts every push

    @call.unanswered @must @hangup
    Scenario Outline: The receiver follows a call that ends with <cause>
      Given Jennifer has called Doc
      When the call of Doc ends with the cause <cause>
      Then sipgate pushes
        | event   | user | cause   |
        | newCall | Doc  |         |
        | hangup  |      | <cause> |
      And the receiver accepts every push

      Examples: the other causes of a call that was not answered
        | cause      |
        | busy       |
        | noAnswer   |
        | congestion |
        | notFound   |

    @call.unanswered @must @hangup @outgoing
    Scenario: The receiver follows an outgoing call that is given up
      Given Doc has called Jennifer
      When Doc gives up
      Then sipgate pushes
        | event   | direction | cause  |
        | newCall | out       |        |
        | hangup  | out       | cancel |
      And the receiver accepts every push
