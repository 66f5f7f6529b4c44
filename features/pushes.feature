@push
Feature: Pushes
  sipgate passes call details to the receiver in real time: a newCall for each call, and answer, hangup and dtmf where the
  receiver asked for them.
  Documented under "Push API" and "Set Webhooks".

  Rule: Every call begins with a newCall

    @push.newcall @must
    Scenario: The receiver hears of an incoming call
      When Jennifer calls Doc
      Then the receiver accepts the newCall

    @push.outgoing @must @outgoing
    Scenario: The receiver hears of an outgoing call
      When Doc calls Jennifer
      Then the receiver accepts the newCall of the outgoing call

  Rule: What was subscribed to is pushed, and taken

    @push.answer @must @answer
    Scenario: The receiver hears that the called party picks up
      Given Jennifer has called Doc
      When Doc answers
      And Jennifer hangs up
      Then the receiver accepts the answer

    @push.hangup @must @hangup
    Scenario: The receiver hears that the call is over
      Given Jennifer has called Doc, and Doc has answered
      When Jennifer hangs up
      Then the receiver accepts the hangup

    @push.dtmf @must @gather
    Scenario: The receiver hears which keys the caller presses
      Given Jennifer has called a number with a menu
      When Jennifer presses 1
      And Doc answers
      And Jennifer hangs up
      Then the receiver accepts the digits that it gathers
