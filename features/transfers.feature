@call
Feature: Transferred calls
  A transferred call is a new call: its callId changes, and it names the number that was dialled first.
  Documented in the FAQ under "What happens when a call is transferred?".

  Rule: The pushes of each leg have a callId of their own

    @call.transfer-answered @must
    Scenario: The receiver follows a transfer that is picked up
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, and Marty answers
      Then sipgate pushes
        | event   | user  | callId   | diversion    | from              |
        | newCall | Doc   | 12111955 |              |                   |
        | answer  | Doc   | 12111955 |              |                   |
        | newCall | Marty | 21102015 | Doc's number | Jennifer's number |
        | answer  | Marty | 21102015 | Doc's number | Jennifer's number |
        | hangup  |       | 12111955 |              |                   |
      And the receiver accepts every push

    @call.transfer-unanswered @must
    Scenario: The receiver follows a transfer that nobody picks up
      Given Jennifer has called Doc, and Doc has answered
      When Doc transfers the call to Marty, who does not pick up
      Then sipgate pushes
        | event   | user  | callId   | diversion    | from              |
        | newCall | Doc   | 12111955 |              |                   |
        | answer  | Doc   | 12111955 |              |                   |
        | newCall | Marty | 21102015 | Doc's number | Jennifer's number |
        | hangup  |       | 21102015 |              |                   |
      And the receiver accepts every push

  Rule: Both legs of a transferred call end

    The documented lists stop before the last hangups. Their order was observed to differ.

    @call.transfer-answered @must
    Scenario: The receiver follows a transferred call until both legs are over
      When the call scenario "transfer-answered-both-ends" is played
      Then sipgate pushes
        | event   | user  | callId   | diversion    | cause          |
        | newCall | Doc   | 12111955 |              |                |
        | answer  | Doc   | 12111955 |              |                |
        | newCall | Marty | 21102015 | Doc's number |                |
        | answer  | Marty | 21102015 | Doc's number |                |
        | hangup  |       | 12111955 |              | normalClearing |
        | hangup  |       | 21102015 | Doc's number | normalClearing |
      And the receiver accepts every push

    @call.transfer-unanswered @must
    Scenario: The receiver follows an unanswered transfer until both legs are over
      When the call scenario "transfer-unanswered-both-ends" is played
      Then sipgate pushes
        | event   | user  | callId   | diversion    | cause          |
        | newCall | Doc   | 12111955 |              |                |
        | answer  | Doc   | 12111955 |              |                |
        | newCall | Marty | 21102015 | Doc's number |                |
        | hangup  |       | 21102015 | Doc's number | noAnswer       |
        | hangup  |       | 12111955 |              | normalClearing |
      And the receiver accepts every push

    @call.transfer-unanswered @must
    Scenario: The receiver follows an unanswered transfer whose first leg ends first
      When the call scenario "transfer-unanswered-early-hangup" is played
      Then sipgate pushes
        | event   | user  | callId   | diversion    | cause          |
        | newCall | Doc   | 12111955 |              |                |
        | answer  | Doc   | 12111955 |              |                |
        | newCall | Marty | 21102015 | Doc's number |                |
        | hangup  |       | 12111955 |              | normalClearing |
        | hangup  |       | 21102015 | Doc's number | noAnswer       |
      And the receiver accepts every push
