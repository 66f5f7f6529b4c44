@call
Feature: Forwarded calls
  A forwarded call is handled as a new call: the first leg ends with the cause forwarded, the second says through whom it came.
  Documented in the FAQ under "How is forwarding signaled?".

  Rule: The first leg is over before the second begins

    @call.forward-busy @must
    Scenario: The receiver follows a call that a busy line forwards
      Given Jennifer has called Doc
      When Doc's line is busy, and the call is forwarded to Marty
      And Marty answers
      And Jennifer hangs up
      Then sipgate pushes
        | event   | user  | cause     | callId   | diversion    | from              |
        | newCall | Doc   |           | 12111955 |              |                   |
        | hangup  |       | forwarded | 12111955 |              |                   |
        | newCall | Marty |           | 21102015 | Doc's number | Jennifer's number |
        | answer  | Marty |           | 21102015 | Doc's number | Jennifer's number |
        | hangup  |       |           | 21102015 |              |                   |
      And the receiver accepts every push
