@call
Feature: Calls that the receiver steers
  A receiver that rejects, ends, redirects or gathers is sent the pushes that follow, as in any other call.
  Described in the API reference under "Actions".

  Rule: A call that the receiver rejects or hangs up is over at once

    @call.steered @must @reject
    Scenario: The receiver accepts the hangup of a call that it rejected
      When Jennifer calls a number that is rejected
      Then sipgate pushes
        | event   | user | to           | callId   |
        | newCall | Doc  | Doc's number | 12111955 |
        | hangup  |      | Doc's number | 12111955 |
      And the receiver accepts every push

    @call.steered @must @hangup-action
    Scenario: The receiver accepts the hangup of a call that it ended
      When Jennifer calls a number that is hung up on
      Then sipgate pushes
        | event   | user | callId   | cause          |
        | newCall | Doc  | 12111955 |                |
        | hangup  |      | 12111955 | normalClearing |
      And the receiver accepts every push

  Rule: A redirected call keeps its callId, and somebody else answers

    @call.steered @must @dial
    Scenario: The receiver accepts the answer push of the number it redirected to
      When Jennifer calls a number that is redirected
      And the call is answered
      And Jennifer hangs up
      Then sipgate pushes
        | event   | user    | callId   | answeringNumber       | cause          |
        | newCall | Doc     | 12111955 |                       |                |
        | answer  | (empty) | 12111955 | the redirect's number |                |
        | hangup  |         | 12111955 | the redirect's number | normalClearing |
      And the receiver accepts every push

    @call.steered @must @dial
    Scenario: The receiver accepts the answer of the voicemail it redirected to
      When Jennifer calls a number that the voicemail answers
      And the call is answered
      And Jennifer hangs up
      Then sipgate pushes
        | event   | user      | callId   | answeringNumber | cause          |
        | newCall | Doc       | 12111955 |                 |                |
        | answer  | voicemail | 12111955 | (empty)         |                |
        | hangup  |           | 12111955 | (empty)         | normalClearing |
      And the receiver accepts every push

  Rule: A menu ends with a dtmf push, and the response says what follows

    @call.menu @must @gather
    Scenario: The receiver follows a menu in which a key is pressed
      When Jennifer calls a number with a menu
      And Jennifer presses 1
      And Doc answers
      And Jennifer hangs up
      Then sipgate pushes
        | event   | user | callId   | dtmf |
        | newCall | Doc  | 12111955 |      |
        | dtmf    |      | 12111955 | 1    |
        | answer  | Doc  | 12111955 |      |
        | hangup  |      | 12111955 |      |
      And the receiver accepts every push

    @call.menu @must @gather
    Scenario: The receiver follows a menu in which nothing is pressed
      When Jennifer calls a number with a menu
      And Jennifer presses nothing
      And Doc answers
      And Jennifer hangs up
      Then sipgate pushes
        | event   | user | callId   | dtmf    |
        | newCall | Doc  | 12111955 |         |
        | dtmf    |      | 12111955 | (empty) |
        | answer  | Doc  | 12111955 |         |
        | hangup  |      | 12111955 |         |
      And the receiver accepts every push

    @call.menu @must @gather
    Scenario: The receiver follows a menu whose digits are left out
      When the call scenario "menu-nothing-left-out" is played
      Then sipgate pushes
        | event   | user | callId   | dtmf    |
        | newCall | Doc  | 12111955 |         |
        | dtmf    |      | 12111955 | (empty) |
        | answer  | Doc  | 12111955 |         |
        | hangup  |      | 12111955 |         |
      And the receiver accepts every push
