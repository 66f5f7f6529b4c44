@actions
Feature: Steering a call
  A response may redirect the call, play a sound, gather digits, reject the call or end it. An action that is not written as
  documented does not happen.
  Described in the API reference under "Actions".

  Rule: Dial redirects to numbers or to the voicemail

    @dial.target @must @dial
    Scenario: The receiver names a target for every redirect
      When Jennifer calls a number with a redirect
      Then a redirect names numbers or the voicemail

    @dial.number-format @must @dial
    Scenario: The receiver redirects to numbers that can be dialled
      When Jennifer calls a number with a redirect
      Then every number of a redirect can be dialled

    @dial.max-five-targets @must @dial
    Scenario: The receiver redirects to five numbers at most
      When Jennifer calls a number with a redirect
      Then a redirect names five numbers at most

    @dial.outgoing-one-target @must @dial @outgoing
    Scenario: The receiver redirects an outgoing call to one number
      When Doc calls Jennifer
      Then a redirect of an outgoing call names one number

    @dial.caller-id-format @must @dial
    Scenario: The receiver sets a caller id that is a number
      When Jennifer calls a number with a redirect
      Then the caller id of a redirect is a number

    @dial.anonymous-value @must @dial
    Scenario: The receiver sets anonymous to true or false
      When Jennifer calls a number with a redirect
      Then anonymous in a redirect is true or false

  Rule: Play plays a sound file

    @play.url @must @play
    Scenario: The receiver names its sound by an absolute URL
      When Jennifer calls a number that plays a sound
      Then a sound is named by an absolute URL

    @play.wav-format @must @play
    Scenario: The receiver plays sounds in the documented format
      When Jennifer calls a number that plays a sound
      Then a sound is a mono 16-bit PCM WAV file at 8 kHz

    @play.reachable @should @play
    Scenario: The receiver plays a sound that exists
      When Jennifer calls a number that plays a sound
      Then a sound can be fetched

  Rule: Gather collects digits

    @gather.ondata @must @gather
    Scenario: The receiver names a URL for the digits
      When Jennifer calls a number with a menu
      Then a gather names an absolute URL for the digits

    @gather.max-digits @must @gather
    Scenario: The receiver gathers at least one digit
      When Jennifer calls a number with a menu
      Then the number of digits is a whole number

    @gather.timeout @must @gather
    Scenario: The receiver gives the time for digits in milliseconds
      When Jennifer calls a number with a menu
      Then the time for digits is a whole number of milliseconds

    @gather.type @must @gather
    Scenario: The receiver gathers dtmf and nothing else
      When Jennifer calls a number with a menu
      Then the type of a gather is dtmf

    @gather.nesting @must @gather
    Scenario: The receiver only plays a sound while it gathers
      When Jennifer calls a number with a menu
      Then nothing but a sound is nested in a gather

  Rule: Reject and Hangup end the call

    @reject.reason @must @reject
    Scenario: The receiver rejects for a documented reason
      When Jennifer calls a number that is rejected
      Then the reject reason is rejected or busy

    @hangup.empty @should @hangup-action
    Scenario: The receiver sends an empty Hangup
      When Jennifer calls a number that is hung up on
      Then the Hangup action is empty
