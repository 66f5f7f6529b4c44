@call
Feature: Forwarded calls
  A forwarded call is handled as a new call: the first leg ends with the cause forwarded, and the second names the
  number that was dialled first.
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

  Rule: No person has picked up a call that the voicemail answers

    A call that is not picked up goes to the voicemail after a while, as a call of its own: its newCall comes 98 ms after the
    first leg's hangup, and the voicemail answers without anybody picking up. Reported in sipgate.io issue 134.

    @call.voicemail @must @answer @hangup
    Scenario: The receiver follows a call that the voicemail answers
      When the call scenario "forward-to-voicemail" is played
      Then sipgate pushes
        | event   | user      | cause          | callId   | to           | diversion    | from              |
        | newCall | Doc       |                | 12111955 | Doc's number |              | Jennifer's number |
        | hangup  |           | forwarded      | 12111955 |              |              |                   |
        | newCall | voicemail |                | 21102015 | Doc's number | Doc's number | Jennifer's number |
        | answer  | voicemail |                | 21102015 | Doc's number | Doc's number | Jennifer's number |
        | hangup  |           | normalClearing | 21102015 |              | Doc's number |                   |
      And the receiver accepts every push
