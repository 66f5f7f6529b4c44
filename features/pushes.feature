@push
Feature: Pushes
  sipgate passes call details to the receiver in real time: a newCall for each call, and answer, hangup and dtmf if the
  receiver asked for them.
  Documented under "Push API" and "Set Webhooks".

  Rule: Every call begins with a newCall

    @push.newcall @must
    Scenario: The receiver accepts the newCall of an incoming call
      When Jennifer calls Doc
      Then the receiver accepts the newCall

    @push.outgoing @must @outgoing
    Scenario: The receiver accepts the newCall of an outgoing call
      When Doc calls Jennifer
      Then the receiver accepts the newCall of the outgoing call

  Rule: The receiver accepts the events that it subscribed to

    @push.answer @must @answer
    Scenario: The receiver accepts the answer of the called party
      Given Jennifer has called Doc
      When Doc answers
      And Jennifer hangs up
      Then the receiver accepts the answer

    @push.hangup @must @hangup
    Scenario: The receiver accepts the hangup of a call
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then the receiver accepts the hangup

    @push.dtmf @must @gather
    Scenario: The receiver accepts the keys that the caller presses
      Given Jennifer has called a number with a menu
      When Jennifer presses 1
      And Doc answers
      And Jennifer hangs up
      Then the receiver accepts the digits that it gathers
