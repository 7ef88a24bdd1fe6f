-- reverse: SELECT 1
-- Copies that a scan makes anew need no log; a crash of the server empties them.
ALTER TABLE customers_matchrecord SET UNLOGGED;
ALTER TABLE customers_commonvalue SET UNLOGGED;
