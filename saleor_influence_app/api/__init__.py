"""HTTP for the panel and for Saleor: edges without SQL, dataframes or GraphQL."""
