DROP TABLE compliance_documents;
