// Tests of ISDBCommand.
