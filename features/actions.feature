@actions
Feature: Steering a call
  A response may redirect the call, play a sound, gather digits, reject the call or end it. An action that is not written as
  documented does not happen.
  Described in the API reference under "Actions".

  Rule: Dial redirects to numbers or to the voicemail

    @dial.target @must @dial
    Scenario: The receiver says where a redirect leads
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
    Scenario: The receiver shows a caller id that is a number
      When Jennifer calls a number with a redirect
      Then the caller id of a redirect is a number

    @dial.anonymous-value @must @dial
    Scenario: The receiver suppresses the number or does not
      When Jennifer calls a number with a redirect
      Then anonymous is true or false in a redirect

  Rule: Play plays a sound file

    @play.url @must @play
    Scenario: The receiver says which sound to play
      When Jennifer calls a number that plays a sound
      Then a sound is named by an absolute URL

    @play.wav-format @must @play
    Scenario: The receiver plays what a telephone can play
      When Jennifer calls a number that plays a sound
      Then a sound is a mono 16-bit PCM WAV file at 8 kHz

    @play.reachable @should @play
    Scenario: The receiver plays a sound that there is
      When Jennifer calls a number that plays a sound
      Then a sound can be fetched

  Rule: Gather collects digits

    @gather.ondata @must @gather
    Scenario: The receiver says where the digits go
      When Jennifer calls a number with a menu
      Then the digits have somewhere to go

    @gather.max-digits @must @gather
    Scenario: The receiver gathers at least one digit
      When Jennifer calls a number with a menu
      Then the number of digits is a whole number

    @gather.timeout @must @gather
    Scenario: The receiver waits for digits for some milliseconds
      When Jennifer calls a number with a menu
      Then the time for digits is a whole number of milliseconds

    @gather.type @must @gather
    Scenario: The receiver gathers keys and nothing else
      When Jennifer calls a number with a menu
      Then what is gathered is dtmf

    @gather.nesting @must @gather
    Scenario: The receiver plays at most a sound while it gathers
      When Jennifer calls a number with a menu
      Then nothing but a sound is nested in a gather

  Rule: Reject and Hangup end the call

    @reject.reason @must @reject
    Scenario: The receiver rejects for a documented reason
      When Jennifer calls a number that is rejected
      Then the reject reason is rejected or busy

    @hangup.empty @should @hangup-action
    Scenario: The receiver hangs up without further words
      When Jennifer calls a number that is hung up on
      Then a hangup has no content
